struct inner { int *p; };
struct outer { int *a, *b; struct inner in; struct inner *ref; int n; };
union word { int *p; unsigned long n; char bytes[8]; };
int *global;
struct outer *global_outer;
void store_and_leak(void)
{
    struct outer x = {0};
    int i = 0;
    x.a = &i;
    global = x.a;
}
void sibling(void)
{
    struct outer x = {0};
    int i = 0;
    x.a = &i;
    global = x.b;
}
void number_member_is_no_pointer(void)
{
    struct outer x = {0};
    int i = 0;
    static int n;
    x.a = &i;
    n = x.n;
}
void nested_member(void)
{
    struct outer x = {0};
    int i = 0;
    x.in.p = &i;
    global = x.in.p;
}
void through_reference(void)
{
    struct inner in = {0};
    struct outer x = {.ref = &in};
    int i = 0;
    x.ref->p = &i;
    global = in.p;
}
void copy_leaks(void)
{
    int i = 0;
    struct outer x = {.b = &i}, y;
    y = x;
    global = y.b;
}
void parameter_member(struct outer *o, int *p) { o->in.p = p; }
void deep_parameter_member(struct outer *o, int *p) { o->ref->p = p; }
int out_parameter_stays(void)
{
    struct outer x = {0};
    int i = 1;
    parameter_member(&x, &i);
    return *x.in.p;
}
void out_parameter_leaks(void)
{
    struct outer x = {0};
    int i = 1;
    parameter_member(&x, &i);
    global = x.in.p;
}
void deep_out_parameter_leaks(void)
{
    struct inner in = {0};
    struct outer x = {.ref = &in};
    int i = 1;
    deep_parameter_member(&x, &i);
    global = in.p;
}
int deep_out_parameter_stays(void)
{
    struct inner in = {0};
    struct outer x = {.ref = &in};
    int i = 1;
    deep_parameter_member(&x, &i);
    return *in.p;
}
void into_global_object(void)
{
    int i = 0;
    global_outer->ref->p = &i;
}
void through_union(void)
{
    union word w;
    int i = 0;
    w.p = &i;
    global = (int *)w.n;
}
int union_stays(void) { union word w; int i = 3; w.p = &i; return *w.p; }
void array_of_structures(void)
{
    struct inner a[3] = {{0}};
    int i = 0;
    a[1].p = &i;
    global = a[2].p;
}
struct inner by_value(struct inner in) { return in; }
void member_of_result(void)
{
    int i = 0;
    global = by_value((struct inner){&i}).p;
}
int member_of_result_stays(void)
{
    int i = 0;
    return *by_value((struct inner){&i}).p;
}
