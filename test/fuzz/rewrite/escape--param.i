 typedef __builtin_va_list va_list;
struct node { struct node *next; int *value; };
int *global;
int *zero(int *p) { return p; }
int use_zero(void) { int i = 1; return *zero(&i); }
int *one(int **p) { return *p; }
int use_one(void) { int i = 1, *p = &i; return *one(&p); }
void in_to_out(int **out, int *in) { *out = in; }
void use_in_to_out(void)
{
    int i = 1;
    int *p;
    in_to_out(&p, &i);
}
int *use_in_to_out_returned(void)
{
    int i = 1;
    int *p;
    in_to_out(&p, &i);
    return p;
}
void content_to_content(int **out, int **in) { *out = *in; }
void use_content_to_content(void)
{
    int i = 1;
    int *p = &i, *q;
    content_to_content(&q, &p);
    global = q;
}
int use_content_to_content_stays(void)
{
    int i = 1;
    int *p = &i, *q;
    content_to_content(&q, &p);
    return *q;
}
void content1(int **p) { global = *p; }
void use_content1(void) { int i = 1; int *p = &i; content1(&p); }
void content2(int ***p) { global = **p; }
void use_content2(void)
{
    int i = 1;
    int *p = &i;
    int **pp = &p;
    content2(&pp);
}
void self(struct node *n) { n->next = n; }
int use_self(void)
{
    int i = 1;
    struct node n = {0, &i};
    self(&n);
    return *n.next->value;
}
void unlink_next(struct node *n) { n->next = n->next->next; }
void insert(struct node *list, struct node *n)
{
    n->next = list->next;
    list->next = n;
}
int list_on_the_stack(void)
{
    int i = 1;
    struct node head = {0}, n = {0, &i};
    insert(&head, &n);
    unlink_next(&head);
    return head.next != 0;
}
struct node *list_is_returned(void)
{
    struct node head = {0};
    struct node n = {0};
    insert(&head, &n);
    return head.next;
}
int *everywhere(int *a, int **b, int n)
{
    if (n)
        global = a;
    *b = a;
    return a;
}
int **kept_parameter(int *p) { return &p; }
int parameter_stays(int *p) { int **pp = &p; return **pp; }
void reassigned(int *p) { int i = 1; p = &i; (void)p; }
void cycle(struct node *a, struct node *b)
{
    a->next = b;
    b->next = a;
}
int use_cycle(void)
{
    struct node a = {0}, b = {0};
    cycle(&a, &b);
    return a.next == &b;
}
int *last_argument(int n, ...)
{
    va_list arguments;
    __builtin_va_start(arguments, 0);
    int *p = 0;
    while (n--)
        p = __builtin_va_arg(arguments, int *);
    __builtin_va_end(arguments);
    return p;
}
int use_last(void) { int i = 1; return *last_argument(1, &i); }
void use_last_leaks(void) { int i = 1; global = last_argument(1, &i); }
int count_arguments(int n, ...) { return n; }
int use_count(void) { int i = 1; return count_arguments(1, &i); }
int *list_argument(va_list arguments) { return __builtin_va_arg(arguments, int *); }
int *by_list(int n, ...)
{
    va_list arguments, copy;
    __builtin_va_start(arguments, 0);
    __builtin_va_copy(copy, arguments);
    int *p = list_argument(copy);
    __builtin_va_end(copy);
    __builtin_va_end(arguments);
    return p;
}
void use_by_list(void) { int i = 1; global = by_list(1, &i); }
