struct node { struct node *next, *prev; long number, pad; };
struct __attribute__((packed)) packed { char c; struct node *p, *q; };
struct qualified { struct node *volatile v; struct node *plain; };
extern struct node *global;
extern struct packed packed;
extern struct qualified qualified;
typedef void shape(struct node *p, struct node *v, struct node *w, long n);
struct named_shape { shape *run; const char *name; };
extern const struct named_shape shapes[];
extern const int shape_count;
static __attribute__((noinline)) void one( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    p->next = v;
}
static __attribute__((noinline)) void two_fields( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    p->next = v;
    p->prev = w;
}
static __attribute__((noinline)) void same_slot( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    p->next = v;
    p->next = w;
}
static __attribute__((noinline)) void global_twice( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    global = v;
    global = w;
}
static __attribute__((noinline)) void loop( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    struct node **slots = (struct node **)p;
    for (long i = 0; i < n; i++)
        slots[i] = v;
}
static __attribute__((noinline)) void loop_global( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    for (long i = 0; i < n; i++)
        global = v + i;
}
static __attribute__((noinline)) void copy_array( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    struct node **to = (struct node **)p, **from = (struct node **)w;
    for (long i = 0; i < n; i++)
        to[i] = from[i];
}
static __attribute__((noinline)) void reverse_list( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    struct node *reversed = 0, *rest = w;
    for (long i = 0; rest && i < n; i++) {
        struct node *next = rest->next;
        rest->next = reversed;
        reversed = rest;
        rest = next;
    }
    global = reversed;
}
static inline void link(struct node *p, struct node *v)
{
    p->next = v;
    v->prev = p;
}
static __attribute__((noinline)) void inlined( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    for (long i = 0; i < n; i++) {
        link(p, v + i);
        p = p->next;
    }
}
static __attribute__((noinline)) void biased_value( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    struct node *base = v + 5;
    p->next = &base[n - 5];
}
static __attribute__((noinline)) void biased_index( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    struct node **slots = (struct node **)p;
    long off = n / 2;
    for (long i = off; i < n + off; i++)
        slots[i - off] = &v[i - off];
}
static __attribute__((noinline)) void volatile_slot( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    qualified.v = v;
    qualified.plain = w;
}
static __attribute__((noinline)) void packed_slot( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    packed.p = v;
    packed.q = w;
}
static __attribute__((noinline)) void conditional( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    for (long i = 0; i < n; i++)
        if (i & 1)
            p->next = v + i;
        else
            p->prev = w + i;
}
static __attribute__((noinline)) void swap( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    struct node *t = p->next;
    p->next = p->prev;
    p->prev = t;
}
static __attribute__((noinline)) void insertion_sort( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    struct node **a = (struct node **)p;
    for (long i = 1; i < n; i++) {
        struct node *x = a[i];
        long j = i;
        while (j > 0 && a[j - 1] > x) {
            a[j] = a[j - 1];
            j--;
        }
        a[j] = x;
    }
}
static __attribute__((noinline)) void struct_copy( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    *p = *w;
    p[1] = *v;
}
struct pair { struct node *first, *second; };
struct value { union { struct node *n; double d; } u; int tag; };
static __attribute__((noinline)) void pair_copy( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    struct pair *to = (struct pair *)p, *from = (struct pair *)w;
    for (long i = 0; i < n; i++)
        to[i] = from[i];
}
static __attribute__((noinline)) void value_copy( struct node *p, struct node *v, struct node *w, long n)
{
    (void)p, (void)v, (void)w, (void)n;
    struct value *to = (struct value *)&p->prev;
    *to = *(struct value *)&w->prev;
    to[2].u = ((struct value *)&v->prev)->u;
}
const struct named_shape shapes[] = {
    {one, "one"}, {two_fields, "two_fields"}, {same_slot, "same_slot"}, {global_twice, "global_twice"},
    {loop, "loop"}, {loop_global, "loop_global"}, {copy_array, "copy_array"}, {reverse_list, "reverse_list"},
    {inlined, "inlined"}, {biased_value, "biased_value"}, {biased_index, "biased_index"},
    {volatile_slot, "volatile_slot"}, {packed_slot, "packed_slot"}, {conditional, "conditional"},
    {swap, "swap"}, {insertion_sort, "insertion_sort"}, {struct_copy, "struct_copy"},
    {pair_copy, "pair_copy"}, {value_copy, "value_copy"},
};
const int shape_count = sizeof shapes / sizeof *shapes;
