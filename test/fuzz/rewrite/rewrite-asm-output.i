 extern int printf (const char *__restrict __format, ...);
struct node { struct node *next; int number; };
static struct node a = {0, 1}, b = {&a, 2}, *global;
static int evaluations;
static struct node **slot(void)
{
    evaluations++;
    return &global;
}
int main(void)
{
    struct node *local = &b;
    __asm__("mov %1, %0" : "=m"(b.next) : "r"(local));
    if (local)
        __asm__ volatile("mov %1, %0" : "=r"(*slot()) : "r"(b.next) : "memory");
    else
        __asm__("" : "=r"(global));
    __asm__("" : "+r"(local));
    printf("%d %d %d\n", global->number, local->number, evaluations);
    return 0;
}
