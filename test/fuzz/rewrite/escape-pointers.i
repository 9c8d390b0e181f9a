 extern int strcmp (const char *__s1, const char *__s2) __attribute__ ((__nothrow__ )) __attribute__ ((__pure__)) __attribute__ ((__nonnull__ (1, 2)));
typedef int (*visitor)(int *, void *);
int *global;
static int reads(int *p, void *context) { (void)context; return *p; }
static int keeps(int *p, void *context) { (void)context; global = p; return 0; }
static int visit(visitor v, int *p) { return v(p, 0); }
static int visit_reading(visitor v, int *p) { return v(p, 0); }
int only_reads(void) { int x = 1; return visit_reading(reads, &x); }
int keeps_too(int n)
{
    int x = 1;
    return visit(n ? reads : &keeps, &x);
}
int local_pointer(void)
{
    int x = 1;
    int (*f)(int *, void *) = reads;
    return f(&x, 0) + (*f)(&x, 0);
}
struct command { const char *name; visitor run, stop; };
static const struct command commands[] = {
    {"read", reads, keeps}, {.name = "none", .run = 0, .stop = keeps}};
int table(int i) { int x = 1; return commands[i].run(&x, 0); }
int other_member(int i) { int x = 1; return commands[i].stop(&x, 0); }
static const visitor list[] = {reads, reads};
int list_element(int i) { int x = 1; return list[i](&x, 0); }
struct command writable[] = {{"read", reads, 0}};
int writable_table(int i) { int x = 1; return writable[i].run(&x, 0); }
int public_visit(visitor v) { int x = 1; return v(&x, 0); }
static int by_name(int (*order)(const char *, const char *))
{
    char text[] = "x";
    return order(text, "y");
}
int use_by_name(void) { return by_name(strcmp); }
__attribute__((weak)) int weak(int *p) { return *p; }
int calls_weak(void) { int x = 1; return weak(&x); }
