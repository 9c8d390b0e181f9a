/* Correct code that no compiler warns about, in which the rewriter inserts
 * allocations, barriers and moved locals. */
struct packed {
    char c;
    int *p;
} __attribute__((packed));
struct node {
    struct node *next;
    volatile struct node *other;
    const struct node *constant;
    int value, *place;
};
union both {
    struct node *n;
    long l;
};
extern void *malloc(__SIZE_TYPE__);
extern void free(void *);
extern struct node *list;
extern struct packed one;
extern union both both;
extern struct node *_Atomic shared;
extern struct node *quiet(const struct node *start, int count);
struct node *quiet(const struct node *start, int count)
{
    int kept = count, kept_too[2] = {1, 2};
    struct node local = *start, *const fixed = &local;
    struct node *made = malloc(sizeof *made);
    if (!made)
        return (struct node *)0;
    *made = local;
    made->place = &kept;
    one.p = kept_too;
    made->constant = start;
    fixed->next = made;
    both.n = made;
    shared = made;
    for (int i = 0; i < count; i++)
        list = list->next ? list->next : fixed;
    struct node *old = list;
    list = made;
    list->other = old;
    free(old);
    return count > kept ? list : made;
}
