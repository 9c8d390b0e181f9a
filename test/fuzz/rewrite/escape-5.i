 typedef unsigned long int uintptr_t;
 typedef long unsigned int size_t;
 extern void *memcpy (void *__restrict __dest, const void *__restrict __src, size_t __n) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1, 2)));
int *global;
int **global_pointer;
static int *no_leak(int *p) { (void)p; return 0; }
static int *leaks(int *p) { global = p; return 0; }
static int *returned(int *p) { return p; }
static int *second(int *p, int *q) { (void)p; return q; }
static int *content(int **p) { return *p; }
static int **address_of_parameter(int *p) { int **pp = &p; return pp; }
int use_no_leak(void) { int x = 1; no_leak(&x); return x; }
int use_leaks(void) { int x = 1; leaks(&x); return x; }
int use_returned(void) { int x = 1; return *returned(&x); }
void use_returned_to_global(void) { int x = 1; global = returned(&x); }
void use_second(void)
{
    int x = 1;
    int y = 2;
    global = second(&x, &y);
}
void use_content(void)
{
    int x = 1;
    int *p = &x;
    global = content(&p);
}
int use_address_of_parameter(void)
{
    int x = 1;
    return **address_of_parameter(&x);
}
void nested(void) { int x = 1; global = returned(returned(&x)); }
int nested_stays(void) { int x = 1; return *returned(returned(&x)); }
struct box { int *value; };
struct box *boxed(int *p) { struct box b = {p}; return &b; }
uintptr_t to_integer(int *p) { return (uintptr_t)p; }
int *from_integer(uintptr_t n) { return (int *)n; }
int *through_integer(void)
{
    int x = 1;
    uintptr_t n = to_integer(&x) | 1;
    return from_integer(n & ~(uintptr_t)1);
}
int integer_is_no_address(int *p) { return (int)(uintptr_t)p; }
void addresses_in_loop(void)
{
    for (int i = 0; i < 3; i++)
        global = &i;
}
void body_of_loop(void)
{
    int *last = 0;
    for (int i = 0; i < 3; i++) {
        int copy = i;
        last = &copy;
    }
    (void)last;
}
void copied_to_global(void)
{
    int x = 1;
    int *p = &x;
    memcpy(global_pointer, &p, sizeof p);
}
int copied_to_local(void)
{
    int x = 1, *p = &x, *q;
    memcpy(&q, &p, sizeof p);
    return *q;
}
int *copied_and_returned(void)
{
    int x = 1, *p = &x, *q;
    memcpy(&q, &p, sizeof p);
    return q;
}
int huge_stays(void) { static int n; char a[1 << 20]; a[n] = 1; return a[n]; }
