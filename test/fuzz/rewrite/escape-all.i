 typedef __builtin_va_list va_list;
struct point { int x, y; };
static int read_point(const struct point *p) { return p->x + p->y; }
int local(void) { int x = 1, y = 2, *p = &x; return *p + y; }
int parameter(int n, int m) { int *p = &n; return *p + m; }
int array(void) { int a[3] = {0}, b[3] = {0}; int *p = a; return *p + b[1]; }
int member(void) { struct point s = {1, 2}; int *p = &s.y; return *p; }
int literal(void) { return read_point(&(struct point){1, 2}); }
int in_register(void) { register int x = 1; return x; }
int variable_arguments(int n, ...)
{
    va_list list;
    __builtin_va_start(list, 0);
    n = __builtin_va_arg(list, int);
    __builtin_va_end(list);
    return n;
}
static int of_static(void) { static int x; int *p = &x; return *p; }
int use(void) { return of_static(); }
