 typedef long unsigned int size_t;
 typedef struct { unsigned long int __val[(1024 / (8 * sizeof (unsigned long int)))]; } __sigset_t;
 typedef long int __fd_mask;
 typedef struct { __fd_mask __fds_bits[1024 / (8 * (int) sizeof (__fd_mask))]; } fd_set;
 extern void *malloc (size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 typedef int (*__compar_fn_t) (const void *, const void *);
int *global;
struct node { struct node *next; int *value; };
void address(void)
{
    int x = 1;
    int *p = &x;
    global = p;
}
void deep_content(struct node *n) { global = n->next->value; }
void content(struct node *n) { global = n->value; }
void argument(void)
{
    struct node n = {0, 0};
    int x = 1;
    n.value = &x;
    content(&n);
}
int *allocation(size_t count)
{
    int *p = malloc(count
                    * sizeof *p);
    return p;
}
void circle(void)
{
    struct node n = {0, 0};
    n.next = &n;
    global = (int *)n.next;
}
