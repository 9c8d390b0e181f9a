 typedef long int ptrdiff_t;
 typedef long unsigned int size_t;
 typedef unsigned long int uintptr_t;
 extern void *memcpy (void *__restrict __dest, const void *__restrict __src, size_t __n) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1, 2)));
 extern size_t strlen (const char *__s) __attribute__ ((__nothrow__ )) __attribute__ ((__pure__)) __attribute__ ((__nonnull__ (1)));
struct item { int key; struct item *next; };
uintptr_t global_word;
int *global;
unsigned global_half;
ptrdiff_t global_difference;
void word(void) { int i = 0; global_word = (uintptr_t)&i; }
void tagged(void) { int i = 0; global_word = (uintptr_t)&i | 1; }
void through_variable(void)
{
    int i = 0;
    uintptr_t n = (uintptr_t)&i;
    n += 8;
    n ^= 1;
    global_word = n;
}
void half(void) { int i = 0; global_half = (unsigned)(uintptr_t)&i; }
void low_bits(void) { int i = 0; global_word = (uintptr_t)&i & 15; }
void difference(void)
{
    int a[4] = {0};
    int *p = a, *q = a + 2;
    global_difference = q - p;
}
void hashed(void) { int i = 0; global_word = (uintptr_t)&i % 31; }
void compared(void) { int i = 0; global_word = &i == global; }
struct item *container(struct item **link)
{
    return (struct item *)((char *)link - __builtin_offsetof(struct item, next));
}
int container_stays(void)
{
    struct item i = {1, ((void*)0)};
    return container(&i.next)->key;
}
struct item *container_leaks(void)
{
    struct item i = {1, ((void*)0)};
    return container(&i.next);
}
uintptr_t same_word(uintptr_t n) { return n; }
int *word_and_back(int *p) { return (int *)same_word((uintptr_t)p); }
void bytes_of_pointer(void)
{
    int i = 0;
    int *p = &i;
    char bytes[sizeof p];
    memcpy(bytes, &p, sizeof p);
    memcpy(&global, bytes, sizeof p);
}
void punned(void)
{
    int i = 0;
    uintptr_t n;
    *(int **)&n = &i;
    global_word = n;
}
int length_is_no_pointer(const char *s) { size_t n = strlen(s); return (int)n; }
void asm_operand(void)
{
    int i = 0;
    int *p = &i;
    __asm__ volatile("" : : "r"(p));
}
void asm_memory(void)
{
    int i = 0;
    __asm__ volatile("" : "+m"(i));
}
_Atomic(int *) atomic_global;
void atomic(void)
{
    int i = 0;
    __atomic_store_n(&global, &i, 5);
}
int *atomic_exchange_result(int **p)
{
    return __atomic_exchange_n(p, (int *)0, 5);
}
void atomic_compare(void)
{
    int i = 0;
    int *expected = ((void*)0);
    __atomic_compare_exchange_n(&global, &expected, &i, 0, 5,
                                5);
}
