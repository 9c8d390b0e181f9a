typedef __builtin_va_list __gnuc_va_list;
typedef __builtin_va_list va_list;
void clean(int *);
int global, *pointer = &global, (*function)(int), array[2] = { 1 };
struct tag { int member; } record, *link_to = &record;
static struct in_result { int q; } definition(void)
{
    struct in_result r = { 1 };
    return r;
}
int old_style(b, a) int a; char *b; { return a + *b; }
int (*result(int used))(int) { return used ? function : 0; }
__asm__(".globl nothing");
void locals(int n, va_list ap)
{
    int cleaned __attribute__((cleanup(clean))) = 1, plain;
    _Alignas(32) char aligned1[2]; int aligned2 __attribute__((aligned(64)));
    register int in_register __asm__("rbx") = 1; register int quick;
    static int kept; extern int elsewhere; _Thread_local static int tls;
    va_list copied; __builtin_va_list *list = &copied;
    int vla[n][sizeof(int[2])], (*vlas)[n] = 0; typedef int row[n++];
    struct { int w; char s[2 * sizeof n]; } unnamed = { 1 }, other = unnamed;
    __extension__ long long extended = 3, second;
    int prototype(int x), declared_after = 2;
    int shared = 0, named_nowhere;
#pragma omp parallel for reduction(+:shared)
    for (int i = 0; i < n; i++)
        shared += i;
    typedef int overaligned __attribute__((aligned(128)));
    overaligned by_type; _Alignas(struct tag) char by_struct;
    enum { FIRST, SECOND = 5 } e = SECOND;
}
