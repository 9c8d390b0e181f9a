#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random programs that keep pointers in unusual places only.

  hideouts.py --cc escc [--baseline gcc] [--seeds 1-300] [--save DIR]
  hideouts.py --print SEED                         show one program

A program has a few forms of a pointer (a bit-field, a tagged integer, a member of a packed
struct, one past the end, half of an __int128, ...: FORMS), variables of these forms in globals,
frames, blocks, members of cells and mappings, and takes values from one to another on routes
that compilers see through less and less (ROUTES: by bytes, setjmp, va_arg, qsort, a stream, a
signal handler, ...). On the way much is allocated, forgotten and freed, so that a cell which is
not seen, or a value that is not the same, prints something else.

How the programs stay valid: a cell carries `lvl`, the nesting depth at which it dies (0: never),
and is stored into a variable only if that dies no later, tested when the program runs; the
address of a local cell is lent to one that lives longer and taken back.
"""
import argparse
import os
import random
import re
import sys

import differential
from hideouts_tables import ASSEMBLY, ATOMIC, EXCHANGES, FORMS, HELPERS, PRELUDE, ROUTES

ONE_WORD = {'pointer', 'void', 'integer', 'long', 'tagged', 'tagged_pointer', 'inside', 'behind'}
EIGHT_BYTES = ONE_WORD | {'bits', 'low_bits', 'high_bits', 'union', 'union_real', 'chars'}
FUNCTIONS = 6
NAMES = sorted(set(re.findall(r'\b(\w+)_T\b', HELPERS)), key=len, reverse=True)


class Slot:
    """A variable: its lvalue, the type's number, the level at which it dies."""
    def __init__(self, text, kind, level, aligned=True):
        self.text, self.kind, self.level, self.aligned = text, kind, level, aligned


class Generator:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.out, self.indent, self.count = [], 0, 0
        self.names = self.r.sample(sorted(FORMS), self.r.randint(3, 5))
        self.kinds = range(len(self.names))
        self.scopes = [[]]          # of lists of slots

    def emit(self, text):
        self.out.append('    ' * self.indent + text)

    def fresh(self, letter):
        self.count += 1
        return '%s%d' % (letter, self.count)

    def chance(self, p):
        return self.r.random() < p

    def level(self):
        return 'lv + %d' % (len(self.scopes) - 1) if len(self.scopes) > 1 else '0'

    def slots(self, kind=None):
        return [s for scope in self.scopes for s in scope if kind in (None, s.kind)]

    def slot(self, kind=None):
        scope = self.r.choice([s for s in self.scopes if any(kind in (None, x.kind) for x in s)])
        return self.r.choice([x for x in scope if kind in (None, x.kind)])

    def has_pointer(self, kind):
        return FORMS[self.names[kind]][3]

    # ---- what stands at the beginning ----
    def types(self):
        for k in self.kinds:
            self.emit(re.sub(r'\bT\b', 'T%d' % k, FORMS[self.names[k]][0]) + ' /* %s */' % self.names[k])
        self.links = [(self.fresh('l'), self.r.choice(self.kinds)) for _ in range(self.r.randint(2, 4))]
        members = ['u64 stamp;', 'u32 id, value;', 'int lvl;', 'void *base;'] + ['T%d %s;' % (k, l) for l, k in self.links]
        self.packed_links = []
        for k in self.kinds:
            if self.has_pointer(k) and self.chance(.3):
                name = self.fresh('k')
                members.append('struct __attribute__((packed)) { char c; T%d t; } %s;' % (k, name))
                self.packed_links.append((name + '.t', k))
        self.r.shuffle(members)
        self.emit('struct cell { %s };' % ' '.join(members))
        for k in self.kinds:
            self.coding(k)

    def coding(self, k):
        _, encode, decode, _ = FORMS[self.names[k]]
        for result, name, arguments, body in (('T', 'enc_T', 'struct cell *p, u32 n', encode),
                                              ('struct cell *', 'dec_T', 'T v', decode)):
            how = self.r.choice(['static ', 'static ', 'static inline ', '', '__attribute__((noinline)) static '])
            text = '%s%s %s(%s) { %s }' % (how, result, name, arguments, body)
            self.emit(re.sub(r'_T\b', '_%d' % k, re.sub(r'\bT\b', 'T%d' % k, text)))
        self.emit(re.sub(r'_T\b', '_%d' % k, re.sub(r'\bT\b', 'T%d' % k, HELPERS)))

    def globals(self):
        for k in self.kinds:
            g = self.fresh('g')
            storage = self.r.choice(['static ', 'static ', ''])
            choices = [
                ('%sT%d %s[2];' % (storage, k, g), ['%s[0]' % g, '%s[1]' % g]),
                ('static _Thread_local T%d %s;' % (k, g), [g]),
                ('static __thread struct { char c; T%d t[2]; } %s;' % (k, g), [g + '.t[1]']),
                ('%sstruct { short n; union { T%d t; char b[sizeof(T%d) + 3]; } u[2]; } %s;' % (storage, k, k, g), [g + '.u[1].t']),
                ('%sunsigned char *%s;' % (storage, g), ['(*(T%d *)(void *)(%s + 16))' % (k, g)]),
                ('%sdouble *%s;' % (storage, g), ['(*(T%d *)(%s + 2))' % (k, g)]),
                ('%su32 (*%s)[8];' % (storage, g), ['(*(T%d *)(%s + 1))' % (k, g)]),
                ('%sT%d *%s;' % (storage, k, g), ['%s[3]' % g, '%s[0]' % g]),
                ('%sstruct { u32 n; T%d tail[]; } *%s;' % (storage, k, g), [g + '->tail[1]']),
                ('static T%d *%s(void) { static struct { int n; T%d t[3]; } s = { 2, {{0}} }; return s.t + s.n; }' % (k, g, k),
                 ['(*%s())' % g])]
            for text, slots in self.r.sample(choices, 2):
                name = self.fresh('g')
                self.emit(re.sub(r'\b%s\b' % g, name, text))
                self.scopes[0] += [Slot(re.sub(r'\b%s\b' % g, name, s), k, '0') for s in slots]
                if re.search(r'\*%s(\)\[8\])?;' % g, text):
                    how = self.r.choice(['calloc(1, 400)', 'memset(malloc(400), 0, 400)', 'memset(realloc(malloc(10), 400), 0, 400)'])
                    self.setup.append('%s = %s;' % (name, how))
            if self.has_pointer(k) and self.chance(.4):
                name = self.fresh('g')
                self.emit('%sstruct __attribute__((packed)) { char c; T%d t; } %s;' % (storage, k, name))
                self.scopes[0].append(Slot(name + '.t', k, '0', aligned=False))

    def support(self):
        self.emit('static struct cell *start(void *base, size_t at, u32 n)')
        self.emit('{ struct cell *c = (struct cell *)((char *)base + at); if (!base) abort();'
                  ' memset(c, 0, sizeof *c); c->base = base; c->id = next_id++; c->value = n;'
                  ' c->stamp = 0x1234567 + c->id; return c; }')
        self.emit('static struct cell *make(u32 n)')
        self.emit('{')
        self.emit('    switch (n %% %d) {' % self.r.randint(1, 6))
        for i, text in enumerate(['start(malloc(sizeof(struct cell)), 0, n)', 'start(calloc(4, sizeof(struct cell)), sizeof(struct cell), n)',
                                  'start(aligned_alloc(64, 1024), 64, n)', 'start(malloc(40000), 32000, n)',
                                  'start(realloc(malloc(8), 2 * sizeof(struct cell)), 0, n)']):
            self.emit('    case %d: return %s;' % (i, text))
        self.emit('    default: { struct { long n; struct cell c[]; } *f = malloc(sizeof *f + 3 * sizeof *f->c);'
                  ' return start(f, offsetof(__typeof__(*f), c), n); }')
        self.emit('    }')
        self.emit('}')
        self.emit('static void drop(struct cell *c) { if (c && c->base) free(c->base); }')
        self.emit('static int fits(const struct cell *c, int lvl) { return !c || c->lvl <= lvl; }')
        self.emit('static void see(struct cell *c, int depth)')
        self.emit('{')
        self.emit('    if (!c) { mix(7); return; }')
        self.emit('    mix(c->stamp), mix(c->id), mix(c->value);')
        self.emit('    if (depth <= 0) return;')
        for link, k in self.links + self.packed_links:
            self.emit('    see(dec_%d(c->%s), depth - 1);' % (k, link))
        self.emit('}')

    # ---- statements ----
    def route(self, d, s, text=None):
        """the text that takes s to d (both lvalues of one type)"""
        k = d.kind
        routes = ROUTES if text is None else [text]
        if text is None and self.names[k] in EIGHT_BYTES and d.aligned and s.aligned:
            routes = routes + ATOMIC
        if text is None and self.names[k] in ONE_WORD and d.aligned and s.aligned:
            routes = routes + ASSEMBLY
        text = self.r.choice(routes)
        if not (d.aligned and s.aligned):
            text = self.r.choice(['D = S;', 'memcpy(&D, &S, sizeof(T));', '{ T t = S; rest(); D = t; }', 'D = by_value(S);',
                                  'D = variadic(2, 1.5, S, 3, S);', 'D = (rest(), S);'])
        text = re.sub(r'\b(%s)\b(?=[\[(])' % '|'.join(NAMES), r'\1_%d' % k, text)
        text = text.replace('struct box)', 'struct box_%d)' % k)
        text = re.sub(r'\bT\b', 'T%d' % k, text)
        return re.sub(r'\b[DS]\b', lambda m: d.text if m.group() == 'D' else s.text, text)

    def fits(self, value, slot):
        return 'fits(dec_%d(%s), %s)' % (value.kind, value.text, slot.level)

    def block(self, head, body):
        self.emit(head)
        self.indent += 1
        self.scopes.append([])
        body()
        self.scopes.pop()
        self.indent -= 1
        self.emit('}')

    def declare(self):
        k, name = self.r.choice(self.kinds), self.fresh('v')
        texts = [('T%d %s = {0};', '%s'), ('T%d %s[3] = {{0}};', '%s[1]'), ('T%d *%s = (T%d[2]){{0}};', '%s[1]'),
                 ('struct { char c; T%d t; } %s = {0};', '%s.t'), ('union { T%d t; u64 w[6]; } %s = { .w = {0} };', '%s.t'),
                 ('T%d %s[steps % 2 + 2]; memset(%s, 0, sizeof %s);', '%s[1]'),
                 ('T%d *%s = memset(alloca(64), 0, 64);', '%s[0]'), ('T%d *%s = calloc(3, sizeof *%s);', '%s[2]'),
                 ('T%d *%s = &(struct { int n; T%d t; }){ .n = 1 }.t;', '%s[0]'),
                 ('struct { T%d (*at)[2]; } %s = { &(T%d[2]){{0}} };', '(*%s.at)[1]')]
        text, slot = self.r.choice(texts)
        self.emit(text.replace('T%d', 'T%d' % k).replace('%s', name))
        self.scopes[-1].append(Slot(slot % name, k, self.level()))

    def s_new(self):
        d = self.slot()
        self.emit('%s = enc_%d(make(%du + steps), %d);' % (d.text, d.kind, self.r.randrange(99), self.r.randrange(9)))

    def s_route(self):
        d = self.slot()
        s = self.slot(d.kind)
        if s.text == d.text:
            return
        if self.chance(.2):
            self.emit('if (%s && %s) %s' % (self.fits(s, d), self.fits(d, s), '{ %s }' % self.route(d, s, self.r.choice(EXCHANGES))))
        else:
            self.emit('if (%s) { %s }' % (self.fits(s, d), self.route(d, s)))

    def s_recode(self):
        d, s = self.slot(), self.slot()
        value = 'enc_%d(dec_%d(%s), steps)' % (d.kind, s.kind, s.text)
        if self.chance(.3):
            value = '({ struct cell *c_ = dec_%d(%s); rest(); enc_%d(c_, 3); })' % (s.kind, s.text, d.kind)
        self.emit('if (%s) %s = %s;' % (self.fits(s, d), d.text, value))

    def s_cell(self):
        s, name = self.slot(), self.fresh('c')

        def body():
            for link, k in self.links:
                self.scopes[-1].append(Slot('%s->%s' % (name, link), k, '%s->lvl' % name))
            for link, k in self.packed_links:
                self.scopes[-1].append(Slot('%s->%s' % (name, link), k, '%s->lvl' % name, aligned=False))
            own = list(self.scopes[-1])
            for _ in range(self.r.randint(1, 3)):
                d = self.r.choice(own)
                s = self.slot(d.kind)
                if self.chance(.4):
                    self.emit('%s = enc_%d(make(%d), 5);' % (d.text, d.kind, self.r.randrange(99)))
                elif s.text != d.text:
                    if s.level.startswith('lv'):
                        d, s = s, d
                    self.emit('if (%s) { %s }' % (self.fits(s, d), self.route(d, s)))
        self.block('{ struct cell *%s = dec_%d(%s); if (!%s) %s = make(steps);' % (name, s.kind, s.text, name, name), body)

    def s_lend(self):
        d, name, save = self.slot(), self.fresh('o'), self.fresh('s')

        def body():
            level = self.level()
            self.emit('struct cell %s = { .id = next_id++, .lvl = %s, .value = steps };' % (name, level))
            for link, k in self.links:
                self.scopes[-1].append(Slot('%s.%s' % (name, link), k, level))
            self.emit('T%d %s = %s; %s = enc_%d(&%s, 6);' % (d.kind, save, d.text, d.text, d.kind, name))
            for _ in range(self.r.randint(1, 3)):
                self.statement()
            self.emit('see(&%s, 1); %s = %s;' % (name, d.text, save))
        self.block('{', body)

    def s_own(self):
        """a cell that nobody else knows, and that is freed"""
        k = self.r.choice(self.kinds)
        x, y = Slot(self.fresh('x'), k, '0'), Slot(self.fresh('y'), k, '0')
        self.emit('{ T%d %s = enc_%d(make(%d), 2), %s = {0};' % (k, x.text, k, self.r.randrange(99), y.text))
        self.emit('  %s memset(&%s, 0, sizeof %s); rest();' % (self.route(y, x), x.text, x.text))
        self.emit('  see(dec_%d(%s), 1); %s }' % (k, y.text, self.r.choice(['', 'drop(dec_%d(%s));' % (k, y.text)])))

    def s_see(self):
        s = self.slot()
        self.emit('see(dec_%d(%s), 2);' % (s.kind, s.text))

    def s_clear(self):
        s = self.slot()
        self.emit('memset(&%s, 0, sizeof %s);' % (s.text, s.text))

    def s_rest(self):
        self.emit('rest();')

    def s_call(self):
        s = self.slot(self.parameter_kind)
        self.emit('f%d(%s, %s);' % (self.r.randrange(FUNCTIONS), self.level(), s.text))

    def s_loop(self):
        i = self.fresh('i')

        def body():
            self.declare()
            for _ in range(self.r.randint(1, 3)):
                self.statement()
        if len(self.scopes) < 5:
            self.block(self.r.choice(['for (u32 %s = 0; %s < 3; %s++) {' % (i, i, i), 'if (steps & 1) {', '{',
                                      'for (u32 %s = 3, *%sp = &%s; (*%sp)-- > 1; ) {' % (i, i, i, i)]), body)

    def statement(self):
        choices = [self.s_route] * 8 + [self.s_new] * 4 + [self.s_cell] * 3 + [self.s_recode, self.s_recode, self.s_own, self.s_own,
                                                                              self.s_see, self.s_see, self.s_clear, self.s_rest, self.s_call,
                                                                              self.s_loop]
        if len(self.scopes) < 5:
            choices += [self.s_lend] * 2
        self.r.choice(choices)()

    def function(self, number):
        def body():
            self.emit('if (fuel-- <= 0) return;')
            self.scopes[-1].append(Slot('arg', self.parameter_kind, self.level()))
            for _ in range(self.r.randint(1, 3)):
                self.declare()
            for _ in range(self.r.randint(8, 16)):
                self.statement()
            for slot in self.r.sample(self.slots(), 3):
                self.emit('see(dec_%d(%s), 1);' % (slot.kind, slot.text))
        self.block('static void f%d(int lv, T%d arg) {' % (number, self.parameter_kind), body)

    def program(self):
        self.setup = []
        self.parameter_kind = self.r.choice(self.kinds)
        self.emit(PRELUDE.strip())
        self.types()
        self.emit('static int fuel;')
        self.support()
        self.globals()
        for i in range(FUNCTIONS):
            self.emit('static void f%d(int lv, T%d arg);' % (i, self.parameter_kind))
        for i in range(FUNCTIONS):
            self.function(i)
        self.emit('int main(void)\n{')
        self.out += ['    ' + line for line in self.setup]
        self.emit('    for (int round = 0; round < 4; round++) {')
        for i in range(FUNCTIONS):
            self.emit('        fuel = 5; f%d(0, enc_%d(make(%d), 1)); printf("%d %%lx\\n", sum);' % (
                i, self.parameter_kind, i, i))
        self.emit('        rest();')
        for s in self.scopes[0]:
            self.emit('        see(dec_%d(%s), 3);' % (s.kind, s.text))
        self.emit('        printf("globals %lx\\n", sum);\n    }\n    return 0;\n}')
        return '\n'.join(self.out) + '\n'


def generate(seed, folder):
    path = os.path.join(folder, 'hideouts-%d.c' % seed)
    with open(path, 'w') as handle:
        handle.write(Generator(seed).program())
    return path


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    if '--print' in sys.argv:
        print(Generator(int(sys.argv[sys.argv.index('--print') + 1])).program(), end='')
        sys.exit(0)
    differential.options(parser, seeds='1-300')
    arguments = parser.parse_args()
    sys.exit(differential.main(arguments, generate, [], all_usable=True))
