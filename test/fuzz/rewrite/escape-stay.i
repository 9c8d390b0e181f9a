struct context { int *p; };
int *global;
int read_it(int *p);
int *pass_on(int *p);
void fill(struct context *c);
int stays(void) { int x = 1; return read_it(&x); }
int *comes_back(void) { int x = 1; return pass_on(&x); }
void into_unknown_memory(void)
{
    struct context c;
    int *p, x = 1;
    fill(&c);
    *(int **)c.p = &x;
}
int through_pointer(int (*f)(int *)) { int x = 1; return f(&x); }
void assigned(void) { int x = 1; read_it(&x); global = &x; }
