int *global;
void inner_to_outer(void)
{
    int *p;
    {
        int x = 1;
        p = &x;
    }
    (void)p;
}
void outer_to_inner(void)
{
    int x = 1;
    {
        int *p = &x;
        (void)p;
    }
}
void siblings(void)
{
    {
        int x = 1;
        int *p = &x;
        (void)p;
    }
    {
        int y = 1;
        int *p = &y;
        (void)p;
    }
}
void loop_variable(void)
{
    int *p = 0;
    for (int i = 0; i < 3; i++)
        p = &i;
    (void)p;
}
void loop_body(void)
{
    for (int i = 0; i < 3; i++) {
        int x = i;
        int *p = &x;
        (void)p;
    }
}
void while_body(int n)
{
    int *last = 0;
    while (n--) {
        int x = n;
        if (last)
            *last = 1;
        last = &x;
    }
}
void do_body(int n)
{
    int *last = 0;
    do {
        int x = n;
        last = &x;
    } while (n--);
    (void)last;
}
void if_body(int n)
{
    int *p = 0;
    if (n) {
        int x = n;
        p = &x;
    }
    (void)p;
}
struct point { int x, y; };
int literal_in_block(void)
{
    struct point *p = &(struct point){1, 2};
    return p->x;
}
int literal_in_branch(int n)
{
    struct point *p = 0;
    if (n)
        p = &(struct point){n, 2};
    return p ? p->x : 0;
}
int literal_in_loop(int n)
{
    struct point *p = 0;
    for (int i = 0; i < n; i++)
        p = &(struct point){i, 2};
    return p ? p->x : 0;
}
static int length(const struct point *p) { return p->x + p->y; }
int literal_as_argument(void) { return length(&(struct point){3, 4}); }
struct point *literal_returned(void) { return &(struct point){3, 4}; }
int *array_literal_returned(void) { return (int[]){1, 2, 3}; }
