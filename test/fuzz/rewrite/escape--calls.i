struct node { struct node *left, *right; int value; };
int *global;
static int *f1(int *p) { return p; }
static int *f2(int *p) { return f1(p); }
static int *f3(int *p) { return f2(f1(p)); }
int chain_stays(void) { int x = 1; return *f3(&x); }
int *chain_returned(void) { int x = 1; return f3(&x); }
void swap(struct node *n)
{
    struct node *t = n->left;
    n->left = n->right;
    n->right = t;
}
int sum(struct node *n)
{
    return n ? n->value + sum(n->left) + sum(n->right) : 0;
}
int tree_on_the_stack(void)
{
    struct node a = {0, 0, 1}, b = {0, 0, 2}, root = {&a, &b, 3};
    swap(&root);
    return sum(&root);
}
void unknown(int *p);
void to_unknown(void) { int x = 1; unknown(&x); }
void to_unknown_by_value(void) { int x = 1, *p = &x; unknown((int *)(long)*p); }
void through_pointer(void (*call)(int *)) { int x = 1; call(&x); }
int *unknown_result(void);
int result_is_not_ours(void) { return *unknown_result(); }
int **unknown_place(void);
void store_into_unknown(void) { int x = 1; *unknown_place() = &x; }
static int odd(int *p, unsigned n);
static int even(int *p, unsigned n) { return n ? odd(p, n - 1) : *p; }
static int odd(int *p, unsigned n) { return n ? even(p, n - 1) : -*p; }
int mutual(void) { int x = 1; return even(&x, 4); }
int more_arguments(void);
int more_arguments() { return 0; }
