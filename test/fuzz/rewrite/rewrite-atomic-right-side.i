 typedef unsigned long int uintptr_t;
 extern int printf (const char *__restrict __format, ...);
struct node { struct node *next; int number; };
static struct node nodes[3] = { { 0, 1 }, { 0, 2 }, { 0, 3 } };
static _Atomic(struct node *) head = &nodes[1];
static _Atomic uintptr_t word = (uintptr_t)7;
static struct node *plain;
static uintptr_t number;
static void set(struct node **to, struct node *from) { *to = from; }
int main(void)
{
    struct node *lent = head;
    set(&lent, &nodes[2]);
    struct node *kept = (plain = head);
    nodes[0].next = head;
    uintptr_t copy = (number = word);
    printf("%d %d %d %d %d\n", lent->number, kept->number, plain->number,
           nodes[0].next->number, (int)(copy + number));
    return 0;
}
