struct pair { int *first, *second; };
struct list { struct list *next; int *value; };
int *global;
int **global_pointer;
struct pair global_pair;
void parameter_to_global(int *p) { global = p; }
void value_to_global(int **p) { global = *p; }
void number_to_global(int *p) { static int copy; copy = *p; }
int *parameter_to_result(int *p) { return p; }
int *content_to_result(int **p) { return *p; }
int *deep_content_to_result(int ***p) { return **p; }
int number_to_result(int *p) { return *p; }
int **address_of_parameter(int *p) { return &p; }
int *both_results(int *p, int *q, int which) { return which ? p : q; }
int *swapped(int *p, int *q) { int *t = p; p = q; q = t; return q; }
int *local_to_result(void) { int x = 1; return &x; }
void local_to_global(void) { int x = 1; global = &x; }
void local_to_global_pointer(void) { int x = 1; *global_pointer = &x; }
void local_to_global_member(void) { int x = 1; global_pair.second = &x; }
int local_stays(void) { int x = 1, *p = &x; return *p; }
int through_two_pointers(void) { int x = 1, *p = &x, **pp = &p; return **pp; }
int *out_of_two_pointers(void)
{
    int x = 1;
    int *p = &x;
    int **pp = &p;
    return *pp;
}
int *address_then_value(int x) { int *p = &x; return &*p; }
int *element_address(int *p) { return &p[3]; }
int *array_to_result(void) { int a[4] = {0}; return a; }
int *array_element_to_result(void) { int a[4] = {0}; return &a[2]; }
int array_stays(void) { int a[4] = {1, 2, 3, 4}; int *p = a + 1; return *p; }
struct pair structure_of_parameters(int *p, int *q)
{
    struct pair s = {p, q};
    return s;
}
struct pair structure_of_locals(void)
{
    int x = 1;
    int y = 2;
    return (struct pair){&x, &y};
}
int structure_stays(void)
{
    int x = 1, y = 2;
    struct pair s = {.second = &x, .first = &y}, copy;
    copy = s;
    return *copy.first;
}
int *member_address(struct pair *p) { return p->first; }
int **address_of_member(struct pair *p) { return &p->first; }
int **address_of_local_member(void)
{
    struct pair s = {((void*)0), ((void*)0)};
    return &s.second;
}
struct list *walk(struct list *l) { while (l->next) l = l->next; return l; }
int *value_of_list(struct list *l) { return l->next->next->value; }
struct list *recursive_last(struct list *l)
{
    return l->next ? recursive_last(l->next) : l;
}
int *recursive_leak(int *p, int n)
{
    if (n == 0)
        global = p;
    return n ? recursive_leak(p, n - 1) : ((void*)0);
}
void mutual_b(int *p, int n);
void mutual_a(int *p, int n) { if (n) mutual_b(p, n - 1); }
void mutual_b(int *p, int n) { if (n) mutual_a(p, n - 1); else global = p; }
int recursion_with_local(int *p, int depth)
{
    int here = depth;
    return depth ? recursion_with_local(&here, depth - 1) + *p : *p;
}
int forward_goto(int n)
{
    int x = 0, *p = ((void*)0);
    if (n)
        goto out;
    p = &x;
out:
    return p ? *p : 0;
}
int compound_operators(void)
{
    int a[8] = {0}, *p = a;
    p += 2;
    p++;
    --p;
    return *p;
}
int *comma_and_conditional(int n)
{
    int x = 0, y = 1, z = 2;
    return (global = &x, n) ? &y : (n++, &z);
}
int *omitted_operand(int *p)
{
    int x = 1;
    return p ?: &x;
}
int *statement_expression(void)
{
    int x = 1;
    return ({ int *p = &x; p; });
}
int *inner_of_statement_expression(void)
{
    int *q = ({ int inner = 1; &inner; });
    return q;
}
void chain_of_assignments(int *p) { int *a; a = global = p; (void)a; }
void unnamed_parameter(int *, int *p);
void unnamed_parameter(int *unused, int *p) { global = p; (void)unused; }
