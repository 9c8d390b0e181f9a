# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What every heapfuzz program starts with: the prelude, its struct types with their
helpers, the threads, the lists.  heapfuzz.py adds the random functions; the comment
there says why the programs are valid."""


PRELUDE = r'''
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdint.h>
#include <stddef.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <pthread.h>
#include <alloca.h>

typedef unsigned int u32;
static unsigned long H = 14695981039346656037UL;
enum { FUEL = FUELS };
static int fuel = FUEL;
static u32 next_id = 1;
static void mix(unsigned long v) { H = (H ^ v) * 1099511628211UL; }
static void mixs(const char *s) { while (*s) mix((unsigned char)*s++); mix(256); }
extern void GCCALL(void) __attribute__((weak));
static void *junk[8];
/* garbage for the collector; plain C only keeps a little of it */
static void churn(u32 n) {
    if (GCCALL && n % 16 == 3) GCCALL();
    for (u32 i = 0; i < n % 24; i++) {
        char **p = malloc(sizeof *p * (1 + (n * 7 + i) % 40));
        if (!p) abort();
        p[0] = (char *)p;
        free(junk[i % 8]);
        junk[i % 8] = p;
    }
}
'''


class Support:
    """Needs self.r, self.out, self.ntypes of the generator."""

    def emit(self, text):
        self.out.append('    ' * len(self.scopes) + text)

    def fresh(self, prefix='t'):
        self.temp += 1
        return '%s%d' % (prefix, self.temp)

    def chance(self, p):
        return self.r.random() < p

    def pick(self, items):
        return self.r.choice(items)

    def any_type(self):
        return self.r.randrange(self.ntypes)

    # ---- types ----
    def make_types(self):
        self.fields = []
        for t in range(self.ntypes):
            self.emit('struct S%d;' % t)
        for t in range(self.ntypes):
            self.emit('typedef struct S%d *(*fn%d)(int, struct S%d *, u32);' % (t, t, t))
        for t in range(self.ntypes):
            slots = []          # (lvalue after "p->", target type)
            others = []         # member declarations, shuffled
            for i in range(self.r.randint(1, 3)):
                x = self.any_type()
                others.append('struct S%d *f%d;' % (x, i))
                slots.append(('f%d' % i, x))
            arrays = []
            for i in range(self.r.randint(0, 2)):
                x, n = self.any_type(), self.r.randint(2, 5)
                others.append('struct S%d *a%d[%d];' % (x, i, n))
                arrays.append(('a%d' % i, x, n))
            if self.chance(.6):
                x = self.any_type()
                others.append('struct { u32 w; struct S%d *in; } nest;' % x)
                slots.append(('nest.in', x))
            if self.chance(.4):
                x = self.any_type()
                others.append('struct { struct { struct S%d *deep; char pad; }; struct S%d *row[2]; } m[2];' % (x, x))
                slots += [('m[%d].deep' % self.r.randrange(2), x), ('m[1].row[0]', x)]
            union = (self.any_type(), self.any_type()) if self.chance(.7) else None
            if union:
                others.append('union { struct S%d *up; struct S%d *uq; unsigned long ui; } u; unsigned char ut;' % union)
            bits = self.chance(.5)
            if bits:
                others.append('u32 b1 : 3, b2 : 7; int : 0;')
            has_fn = self.chance(.6)
            if has_fn:
                others.append('fn%d fn;' % t)
            void = self.chance(.6)
            if void:
                others.append('void *v; unsigned char vt;')
            double = self.any_type() if self.chance(.7) else None
            if double is not None:
                others.append('struct S%d **pp; int ppl;' % double)
            others += ['char *s;', 'u32 *ip; int ipl;', 'u32 val, id;', 'int lvl;']
            self.r.shuffle(others)
            if self.chance(.3):
                others.append('char tail[%d];' % self.r.randint(1, 9))
            self.emit('struct S%d {' % t)
            for line in others:
                self.emit('    ' + line)
            self.emit('};')
            self.fields.append(dict(slots=slots, arrays=arrays, union=union, bits=bits, fn=has_fn,
                                    void=void, double=double))
        for t in range(self.ntypes):
            self.emit('static struct S%d garr%d[4];' % (t, t))
            self.emit('static struct S%d *g%d = &garr%d[%d];' % (t, t, t, self.r.randrange(4)))
            self.emit('static %s struct S%d *tl%d;' % (self.pick(['_Thread_local', '__thread']), t, t))
            self.emit('static struct S%d *sink%d;' % (t, t))
            self.emit('static _Atomic(struct S%d *) at%d;' % (t, t))
            self.emit('static struct S%d *new%d(u32 n);' % (t, t))
            self.emit('static int fits%d(const struct S%d *s, int lvl);' % (t, t))
            self.emit('static void hash%d(const struct S%d *s, int depth);' % (t, t))
            self.emit('struct P%d { struct S%d *x, *y; u32 n; };' % (t, t))

    def all_slots(self, t):
        f = self.fields[t]
        return f['slots'] + [('%s[%d]' % (a, i), x) for a, x, n in f['arrays'] for i in range(n)]

    def every_slot(self, t):
        """all pointer slots, also those that random code does not choose"""
        slots = set(self.all_slots(t))
        deep = [x for l, x in slots if l.startswith('m[')]
        if deep:
            for i in range(2):
                slots |= {('m[%d].deep' % i, deep[0]), ('m[%d].row[0]' % i, deep[0]), ('m[%d].row[1]' % i, deep[0])}
        return sorted(slots)

    def make_support(self):
        for t in range(self.ntypes):
            for i in range(2):
                self.emit('static struct S%d *leaf%d_%d(int lv, struct S%d *pa, u32 na);' % (t, t, i, t))
            self.emit('static const fn%d tab%d[2] = { leaf%d_0, &leaf%d_1 };' % (t, t, t, t))
            f = self.fields[t]
            self.emit('static int fits%d(const struct S%d *s, int lvl) {' % (t, t))
            for lvalue, _ in self.every_slot(t):
                self.emit('    if (s->%s && s->%s->lvl > lvl) return 0;' % (lvalue, lvalue))
            if f['union']:
                self.emit('    if (s->ut == 1 && s->u.up->lvl > lvl) return 0;')
                self.emit('    if (s->ut == 2 && s->u.uq->lvl > lvl) return 0;')
            if f['void']:
                for x in range(self.ntypes):
                    self.emit('    if (s->vt == %d && ((struct S%d *)s->v)->lvl > lvl) return 0;' % (x + 1, x))
            if f['double'] is not None:
                self.emit('    if (s->pp && s->ppl > lvl) return 0;')
            self.emit('    return !s->ip || s->ipl <= lvl;')
            self.emit('}')
            self.emit('static void hash%d(const struct S%d *s, int depth) {' % (t, t))
            self.emit('    if (!s) { mix(7); return; }')
            self.emit('    mix(s->val); mix(s->id); if (s->s) mixs(s->s);')
            if f['bits']:
                self.emit('    mix(s->b1 + 8 * s->b2);')
            self.emit('    if (s->ip) mix(*s->ip);')
            self.emit('    if (depth <= 0) return;')
            for lvalue, x in self.every_slot(t):
                self.emit('    hash%d(s->%s, depth - 1);' % (x, lvalue))
            if f['union']:
                self.emit('    switch (s->ut) { case 0: mix(s->u.ui); break; case 1: hash%d(s->u.up, depth - 1); break;'
                          ' default: hash%d(s->u.uq, depth - 1); }' % f['union'])
            if f['void']:
                for x in range(self.ntypes):
                    self.emit('    if (s->vt == %d) hash%d(s->v, depth - 1);' % (x + 1, x))
            if f['double'] is not None:
                self.emit('    if (s->pp) hash%d(*s->pp, depth - 1);' % f['double'])
            self.emit('}')
            self.emit('static struct S%d *new%d(u32 n) {' % (t, t))
            self.emit('    struct S%d *p;' % t)
            self.emit('    switch (n %% %d) {' % self.r.randint(2, 6))
            self.emit('    case 0: p = calloc(1, sizeof *p); break;')
            self.emit('    case 1: p = malloc(sizeof(struct S%d)); if (p) memset(p, 0, sizeof *p); break;' % t)
            self.emit('    case 2: { void *q; if (posix_memalign(&q, 64, sizeof *p)) abort(); memset(p = q, 0, sizeof *p); break; }')
            self.emit('    case 3: p = memset(aligned_alloc(32, (sizeof *p + 31) / 32 * 32), 0, sizeof *p); break;')
            self.emit('    case 4: p = realloc(NULL, 1); p = realloc(p, sizeof *p); if (p) memset(p, 0, sizeof *p); break;')
            self.emit('    default: if ((p = (struct S%d *)calloc(3, sizeof *p))) p += n %% 3; break;' % t)
            self.emit('    }')
            self.emit('    if (!p) abort();')
            self.emit('    p->id = next_id++; p->val = n;')
            if f['fn']:
                self.emit('    p->fn = tab%d[n & 1];' % t)
            self.emit('    return p;')
            self.emit('}')
            self.emit('static int cmp%d(const void *a, const void *b) {' % t)
            self.emit('    const struct S%d *x = *(struct S%d *const *)a, *y = *(struct S%d *const *)b;' % (t, t, t))
            self.emit('    return x->id < y->id ? -1 : x->id > y->id ? 1 : (x->val > y->val) - (x->val < y->val);')
            self.emit('}')
            # call-backs, varargs, structs by value, an old-style definition
            self.emit('static void each%d(struct S%d **v, int n, void (*cb)(struct S%d *, void *), void *ctx)' % (t, t, t))
            self.emit('{ for (struct S%d **e = v + n; v < e; ) cb(*v++, ctx); }' % t)
            self.emit('struct C%d { struct S%d *best; u32 *sum; struct S%d **last; };' % (t, t, t))
            self.emit('static void cb%d(struct S%d *p, void *ctx) { struct C%d *c = ctx; *c->sum += p->val;'
                      ' if (!c->best || p->id > c->best->id) c->best = p; *c->last = p; }' % (t, t, t))
            self.emit('static struct S%d *vpick%d(int n, ...) { va_list ap; struct S%d *p = 0; va_start(ap, n);'
                      ' while (n-- > 0) { struct S%d *q = va_arg(ap, struct S%d *); if (!p || (q && q->val < p->val)) p = q; }'
                      ' va_end(ap); return p; }' % (t, t, t, t, t))
            self.emit('static struct P%d pair%d(struct S%d *x, struct S%d *y) { struct P%d p = { y, .n = x->val, .y = x };'
                      ' return p; }' % (t, t, t, t, t))
            self.emit('static struct S%d *first%d(struct P%d p) { struct P%d *q = &p; q->x = q->n & 1 ? q->x : q->y;'
                      ' return p.x; }' % (t, t, t, t))
            self.emit('static struct S%d *old%d(n, p, q) u32 n; struct S%d *p, *q; { struct S%d **w = n & 1 ? &p : &q;'
                      ' return *w; }' % (t, t, t, t))
            self.emit('static void swap%d(struct S%d **x, struct S%d **y) { struct S%d *z = *x; *x = *y; *y = z; }' % (t, t, t, t))

    # ---- scopes ----
    def make_throwers(self):
        for t in range(self.ntypes):
            self.emit('struct J%d { jmp_buf b; struct S%d *p; u32 depth; };' % (t, t))
            self.emit('static __attribute__((noinline)) void throw%d(struct J%d *j, u32 n) {' % (t, t))
            self.emit('    struct S%d *local = new%d(n), **pl = &local; (*pl)->val += n; j->p = *pl; j->depth++;' % (t, t))
            self.emit('    churn(n); if (n == 0) longjmp(j->b, 1); throw%d(j, n - 1); mix((*pl)->val);' % t)
            self.emit('}')

    def make_threads(self):
        t = self.any_type()
        n = self.r.randint(2, 3)
        self.emit('struct W { pthread_t th; u32 n, sum; struct L *head; struct L **tail; };')
        self.emit('struct L { struct L *next; u32 v; char *s; u32 *up; };')
        self.emit('static _Thread_local struct L *tlist; static _Thread_local u32 tcount;')
        self.emit('static void *worker(void *arg) {')
        self.emit('    struct W *w = arg; struct L first = { .v = w->n }; u32 local = 0; w->tail = &w->head; first.up = &local;')
        self.emit('    tlist = &first;')
        self.emit('    for (u32 i = 0; i < %d; i++) {' % self.r.randint(10, 200))
        self.emit('        struct L *l = malloc(sizeof *l); if (!l) abort();')
        self.emit('        *l = (struct L){ .v = i * w->n, .s = strdup("thread"), .up = tlist->up }; ++*l->up;')
        self.emit('        *w->tail = l; w->tail = &l->next; if (i % 3 == 1) { l->next = malloc(sizeof *l); memcpy(l->next, l, sizeof *l);'
                  ' l->next->next = 0; w->tail = &l->next->next; } tcount++;')
        self.emit('    }')
        self.emit('    for (struct L *l = w->head, *nx; l; l = nx) { nx = l->next; w->sum = w->sum * 31 + l->v + (u32)strlen(l->s) + *l->up; }')
        self.emit('    w->sum += tcount; tlist = 0; for (struct L *l = w->head; l; l = l->next) l->up = &l->v;')
        self.emit('    return w->head;')
        self.emit('}')
        self.emit('static void threads(void) {')
        self.emit('    struct W w[%d] = {0}; void *r;' % n)
        self.emit('    for (u32 i = 0; i < %d; i++) { w[i].n = i + 1; if (pthread_create(&w[i].th, 0, worker, &w[i])) abort(); }' % n)
        self.emit('    for (u32 i = 0; i < %d; i++) { pthread_join(w[i].th, &r); mix(w[i].sum); for (struct L *l = r; l; l = l->next) mix(*l->up); }' % n)
        self.emit('}')

    def make_lists(self):
        """a classic list and tree, with pointer-to-pointer surgery and free"""
        self.emit('struct T { struct T *kid[2]; u32 key; char *name; };')
        self.emit('static void insert(struct T **at, u32 key) {')
        self.emit('    %s' % self.pick([
            'while (*at) { if ((*at)->key == key) return; at = &(*at)->kid[key > (*at)->key]; } '
            '*at = calloc(1, sizeof **at); if (!*at) abort(); (*at)->key = key; (*at)->name = strdup("n");',
            'if (!*at) { struct T n = { .key = key, .name = strdup("r") }; if (!(*at = malloc(sizeof n))) abort(); **at = n; }'
            ' else if (key != (*at)->key) insert(&(*at)->kid[key > (*at)->key], key);']))
        self.emit('}')
        self.emit('static u32 walk(struct T *t) { return t ? walk(t->kid[0]) * 3 + t->key + walk(t->kid[1]) * 5 : 1; }')
        self.emit('static void drop(struct T *t) { if (!t) return; drop(t->kid[0]); drop(t->kid[1]); free(t->name); free(t); }')
        self.emit('static void trees(u32 n) {')
        self.emit('    struct T *root = 0, **keep[4]; for (u32 i = 1; i < n; i++) { insert(&root, i * 7919 %% %du); churn(i); }' % self.r.randint(20, 200))
        self.emit('    keep[0] = &root; keep[1] = &(*keep[0])->kid[0]; keep[2] = &root->kid[1]; keep[3] = keep[n % 3];')
        self.emit('    mix(walk(root)); for (int i = 0; i < 4; i++) if (*keep[i]) mix((*keep[i])->key);')
        self.emit('    struct T *sub = *keep[2]; *keep[2] = 0; mix(walk(root)); drop(root); mix(walk(sub)); drop(sub);')
        self.emit('}')
        self.emit('struct N { u32 v; struct N *next, *prev; };')
        self.emit('static void lists(u32 n) {')
        self.emit('    struct N head = { 0, &head, &head }, *p, **pp, *single = 0, **tail = &single;')
        self.emit('    for (u32 i = 0; i < n; i++) { if (!(p = malloc(sizeof *p))) abort(); *p = (struct N){ i, head.next, &head }; head.next = head.next->prev = p;')
        self.emit('        *tail = malloc(sizeof **tail); if (!*tail) abort(); (*tail)->v = i; (*tail)->next = 0; tail = &(*tail)->next; }')
        self.emit('    for (p = head.next; p != &head; ) { struct N *q = p->next; if (p->v % 3 == 0) { p->prev->next = q, q->prev = p->prev; free(p); } p = q; }')
        self.emit('    for (pp = &single; *pp; ) { struct N *e = *pp; if (e->v %% %d == 1) { *pp = e->next; free(e); } else pp = &e->next; }' % self.r.randint(2, 4))
        self.emit('    struct N *rev = 0; while (single) { p = single; single = p->next; p->next = rev; rev = p; }')
        self.emit('    for (p = head.prev; p != &head; p = p->prev) mix(p->v); while (rev) { mix(rev->v); p = rev->next; free(rev); rev = p; }')
        self.emit('    while ((p = head.next) != &head) { head.next = p->next; free(p); }')
        self.emit('}')
