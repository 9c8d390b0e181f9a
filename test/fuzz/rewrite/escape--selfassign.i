struct s { int i; int *pi; struct s *self; };
struct list { struct list *next, *previous; };
struct s *global;
void member_to_member(struct s *p) { p->pi = &p->i; }
void local_points_into_itself(void)
{
    struct s x = {0};
    x.pi = &x.i;
    x.self = &x;
}
int use_member_to_member(void)
{
    struct s x = {0};
    member_to_member(&x);
    return *x.pi;
}
void self_then_leak(void)
{
    struct s x = {0};
    x.self = &x;
    global = x.self;
}
static void list_init(struct list *l) { l->next = l->previous = l; }
static void list_add(struct list *l, struct list *n)
{
    n->next = l->next;
    n->previous = l;
    l->next->previous = n;
    l->next = n;
}
static void list_remove(struct list *n)
{
    n->previous->next = n->next;
    n->next->previous = n->previous;
}
int intrusive_list(void)
{
    struct list head, a, b;
    int count = 0;
    list_init(&head);
    list_add(&head, &a);
    list_add(&head, &b);
    list_remove(&a);
    for (struct list *n = head.next; n != &head; n = n->next)
        count++;
    return count;
}
static struct list global_list = {&global_list, &global_list};
void onto_global_list(void)
{
    struct list a;
    list_add(&global_list, &a);
    list_remove(&a);
}
