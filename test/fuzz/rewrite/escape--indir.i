struct constant_pointer { int **x; };
int *global;
void local_target(void)
{
    int i = 0;
    int *t = 0;
    int **y = &t;
    *y = &i;
}
void local_target_leaks(void)
{
    int i = 0;
    int *t = 0;
    int **y = &t;
    *y = &i;
    global = t;
}
void target_is_a_member(void)
{
    int i = 0;
    int *t = 0;
    struct constant_pointer c = {&t};
    *c.x = &i;
}
void two_targets(int n)
{
    int i = 0;
    int *s = 0, *t = 0;
    int **y = n ? &s : &t;
    *y = &i;
    global = s;
}
void global_is_a_target(int n)
{
    int i = 0;
    int *t = 0;
    int **y = n ? &t : &global;
    *y = &i;
}
void parameter_is_the_target(int **y)
{
    int i = 0;
    *y = &i;
}
void three_levels(void)
{
    int i = 0;
    int *p = 0, **pp = &p, ***ppp = &pp;
    **ppp = &i;
    global = *pp;
}
void three_levels_stay(void)
{
    int i = 0;
    int *p = 0, **pp = &p, ***ppp = &pp;
    **ppp = &i;
}
void element_of_known_array(void)
{
    int i = 0;
    int *a[2] = {0}, **p = a;
    p[1] = &i;
    *p++ = &i;
}
void set(int **where, int *what) { *where = what; }
void set_twice(int **where, int *what) { set(where, what); }
void out_parameter(void)
{
    int i = 0;
    int *p = 0;
    set_twice(&p, &i);
}
void out_parameter_global(void)
{
    int i = 0;
    set_twice(&global, &i);
}
void out_parameter_leaks(void)
{
    int i = 0;
    int *p = 0;
    set_twice(&p, &i);
    global = p;
}
int **keeper;
void get(int ***where) { *where = keeper; }
void store_into_what_came_out(void)
{
    int i = 0;
    int **p = 0;
    get(&p);
    *p = &i;
}
