 typedef long int ptrdiff_t;
 typedef long unsigned int size_t;
 typedef int wchar_t;
 typedef signed char __int8_t;
 typedef unsigned char __uint8_t;
 typedef signed short int __int16_t;
 typedef unsigned short int __uint16_t;
 typedef signed int __int32_t;
 typedef unsigned int __uint32_t;
 typedef signed long int __int64_t;
 typedef unsigned long int __uint64_t;
 typedef __int8_t __int_least8_t;
 typedef __uint8_t __uint_least8_t;
 typedef __int16_t __int_least16_t;
 typedef __uint16_t __uint_least16_t;
 typedef __int32_t __int_least32_t;
 typedef __uint32_t __uint_least32_t;
 typedef __int64_t __int_least64_t;
 typedef __uint64_t __uint_least64_t;
 typedef long int __intmax_t;
 typedef unsigned long int __uintmax_t;
 typedef __int_least8_t int_least8_t;
 typedef __int_least16_t int_least16_t;
 typedef __int_least32_t int_least32_t;
 typedef __int_least64_t int_least64_t;
 typedef __uint_least8_t uint_least8_t;
 typedef __uint_least16_t uint_least16_t;
 typedef __uint_least32_t uint_least32_t;
 typedef __uint_least64_t uint_least64_t;
 typedef signed char int_fast8_t;
 typedef long int int_fast16_t;
 typedef long int int_fast32_t;
 typedef long int int_fast64_t;
 typedef unsigned char uint_fast8_t;
 typedef unsigned long int uint_fast16_t;
 typedef unsigned long int uint_fast32_t;
 typedef unsigned long int uint_fast64_t;
 typedef long int intptr_t;
 typedef unsigned long int uintptr_t;
 typedef __intmax_t intmax_t;
 typedef __uintmax_t uintmax_t;
 typedef enum memory_order { memory_order_relaxed = 0, memory_order_consume = 1, memory_order_acquire = 2, memory_order_release = 3, memory_order_acq_rel = 4, memory_order_seq_cst = 5 } memory_order;
 typedef _Atomic(_Bool) atomic_bool;
 typedef _Atomic(char) atomic_char;
 typedef _Atomic(signed char) atomic_schar;
 typedef _Atomic(unsigned char) atomic_uchar;
 typedef _Atomic(short) atomic_short;
 typedef _Atomic(unsigned short) atomic_ushort;
 typedef _Atomic(int) atomic_int;
 typedef _Atomic(unsigned int) atomic_uint;
 typedef _Atomic(long) atomic_long;
 typedef _Atomic(unsigned long) atomic_ulong;
 typedef _Atomic(long long) atomic_llong;
 typedef _Atomic(unsigned long long) atomic_ullong;
 typedef _Atomic(unsigned char) atomic_char8_t;
 typedef _Atomic(uint_least16_t) atomic_char16_t;
 typedef _Atomic(uint_least32_t) atomic_char32_t;
 typedef _Atomic(wchar_t) atomic_wchar_t;
 typedef _Atomic(int_least8_t) atomic_int_least8_t;
 typedef _Atomic(uint_least8_t) atomic_uint_least8_t;
 typedef _Atomic(int_least16_t) atomic_int_least16_t;
 typedef _Atomic(uint_least16_t) atomic_uint_least16_t;
 typedef _Atomic(int_least32_t) atomic_int_least32_t;
 typedef _Atomic(uint_least32_t) atomic_uint_least32_t;
 typedef _Atomic(int_least64_t) atomic_int_least64_t;
 typedef _Atomic(uint_least64_t) atomic_uint_least64_t;
 typedef _Atomic(int_fast8_t) atomic_int_fast8_t;
 typedef _Atomic(uint_fast8_t) atomic_uint_fast8_t;
 typedef _Atomic(int_fast16_t) atomic_int_fast16_t;
 typedef _Atomic(uint_fast16_t) atomic_uint_fast16_t;
 typedef _Atomic(int_fast32_t) atomic_int_fast32_t;
 typedef _Atomic(uint_fast32_t) atomic_uint_fast32_t;
 typedef _Atomic(int_fast64_t) atomic_int_fast64_t;
 typedef _Atomic(uint_fast64_t) atomic_uint_fast64_t;
 typedef _Atomic(intptr_t) atomic_intptr_t;
 typedef _Atomic(uintptr_t) atomic_uintptr_t;
 typedef _Atomic(size_t) atomic_size_t;
 typedef _Atomic(ptrdiff_t) atomic_ptrdiff_t;
 typedef _Atomic(intmax_t) atomic_intmax_t;
 typedef _Atomic(uintmax_t) atomic_uintmax_t;
 extern int printf (const char *__restrict __format, ...);
struct node { struct node *_Atomic next; int number; };
static struct node nodes[4] = {{0, 0}, {0, 1}, {0, 2}, {0, 3}};
static _Atomic(struct node *) head = &nodes[0];
static struct node *plain;
static uintptr_t word;
static int evaluations;
static struct node *at(int i)
{
    evaluations++;
    return &nodes[i];
}
static void standard(void)
{
    __c11_atomic_store(&head, at(1), 5);
    struct node *old = __c11_atomic_exchange(&head, at(2), 5), *expected = old;
    _Bool no = __c11_atomic_compare_exchange_strong(&head, &expected, at(3), 5, 5);
    _Bool yes = __c11_atomic_compare_exchange_weak(&head, &expected, at(3), 5, 5);
    printf("%d %d %d %d %d\n", old->number, no, yes, expected->number,
           __c11_atomic_load(&head, 5)->number);
    __c11_atomic_store(&at(0)->next, at(1), memory_order_release);
    __c11_atomic_init(&at(1)->next, at(2));
    nodes[2].next = nodes[1].next;
    struct node *_Atomic *slot = &nodes[3].next;
    struct node *got = *slot = at(1);
    __c11_atomic_store(slot, ((void*)0), 5);
    printf("%d %d %d %d\n", nodes[0].next->number, nodes[2].next->number,
           got->number, *slot == 0);
}
static void gnu(void)
{
    __atomic_store_n(&plain, at(1), 0);
    struct node *v = at(2), *r = 0, *e = at(2);
    struct { struct node *expected; } box = {0};
    __atomic_store(&plain, &v, 3);
    v = at(3);
    __atomic_exchange(&plain, &v, &r, 5);
    __atomic_load(&plain, &box.expected, 2);
    int ok = __atomic_compare_exchange_n(&plain, &box.expected, at(1), 0,
                                         5, 0);
    int no = __atomic_compare_exchange(&plain, &e, &v, 0, 5,
                                       5);
    struct node *x = __atomic_exchange_n(&plain, at(0), 4);
    printf("%d %d %d %d %d %d\n", r->number, ok, no, e->number, x->number,
           plain->number);
    __atomic_fetch_or(&word, (uintptr_t)at(2), 0);
    uintptr_t w = __atomic_add_fetch(&word, 4, 0);
    printf("%d\n", w - 4 == (uintptr_t)&nodes[2]);
}
static void old(void)
{
    plain = at(0);
    int yes = __sync_bool_compare_and_swap(&plain, at(0), at(1));
    struct node *was = __sync_val_compare_and_swap(&plain, at(1), at(2));
    struct node *set = __sync_lock_test_and_set(&plain, at(3));
    __sync_synchronize();
    printf("%d %d %d %d\n", yes, was->number, set->number, plain->number);
}
int main(void)
{
    standard();
    gnu();
    old();
    printf("%d\n", evaluations);
    return 0;
}
