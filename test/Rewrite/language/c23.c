// C23 as clang takes it, with objects that move and slots of the heap.
// RUN: %S/../Inputs/differential %escc %clang none %s -I%S/Inputs -std=c23 -Wno-c23-extensions
// RUN: %S/../Inputs/differential %escc %clang none %s -I%S/Inputs -std=gnu23
#include "common.h"
#include <stdckdint.h>

enum address : uintptr_t { NOWHERE = 0, EVERYWHERE = ~0ul };
enum small : unsigned char { LITTLE = 255 };
struct slots {
    struct node *p;
    enum address e;
    uintptr_t u;
    unsigned _BitInt(64) exact;
    unsigned _BitInt(128) bits;
    nullptr_t nothing;
    struct { struct node *q; };
};
static struct slots *s;
constexpr int count = 3;
constexpr struct { int a, b; } fixed = {.b = 1'000};
static_assert(count == 0b11);
static_assert(sizeof(enum small) == 1, "small");

[[nodiscard, gnu::noinline]] static struct node *made([[maybe_unused]] int a,
                                                      int)
{
    return make(a);
}

static int none() { return 4; }

[[gnu::noinline]] static int sum(...)
{
    va_list list;
    va_start(list);
    int total = 0;
    for (int i = va_arg(list, int); i; i = va_arg(list, int))
        total += i;
    va_end(list);
    return total;
}

static void attributes(void)
{
    int a [[maybe_unused]] = 1, b [[gnu::aligned(64)]], c [[]][2] = {1, 2},
        d[[maybe_unused]] [[gnu::unused]][] = {3, 4}, *e [[]] = &a;
    [[maybe_unused]] int f = 6, g;
    alignas(128) char h = 'h', *i [[]] = &h;
    alignas(4) alignas(char) int small = 3;
    keep(&a), keep(&b), keep(c), keep(d), keep(&e), keep(&f), keep(&g);
    keep(&h), keep(&i), keep(&small);
    b = g = 7;
    printf("%d %d %d %d %d %d %c %d %d\n", *e, b, c[1], d[1], f, g, *i, small,
           (int)((uintptr_t)&b % 64 + (uintptr_t)&h % 128));
    for (int [[]] k = 0; k < 2; k++) {
        [[likely]];
        int inner [[]] = k;
        keep(&inner);
        if (inner) [[unlikely]] { f += inner; } else [[likely]] f--;
        switch (inner) {
        case 0:
            f++;
            [[fallthrough]];
        case 1:
            f += 2;
        }
    }
    printf("%d\n", f);
}

static void cleaned(struct node **at)
{
    printf("clean %ld\n", (*at)->number);
}

static void scoped(void)
{
    [[gnu::cleanup(cleaned)]] struct node *a = make(6);
    struct node *b [[__gnu__::__cleanup__(cleaned)]] = make(7);
    keep(&a), keep(&b);
    churn();
}

static void inferred(void)
{
    auto a = 1;
    auto p = &a;
    const auto q = p;
    auto n = make(5);
    auto list = (int[]){1, 2, 3};
    static auto counter = 10l;
    constexpr int fixed_local = 5, *null = nullptr;
    constexpr char letters[] = "xyz";
    static constexpr double ratio = 1.5;
    keep(&a), keep(&p), keep(&q), keep(&n), keep(&list), keep(&fixed_local);
    keep(&null), keep(letters), keep(&counter);
    churn();
    int bounds[fixed_local], more[] = {[fixed_local] = 2};
    keep(bounds), keep(more);
    printf("%d %ld %d %zu %zu %g %s %ld\n", *q, n->number, list[2],
           sizeof bounds, sizeof more, ratio, letters, ++counter);
    switch (a) { case fixed_local - 4: puts("one"); }
    for (auto r = n; r; r = r->next) {
        keep(&r);
        printf("%ld\n", r->number);
    }
    typeof(a) t1 = 3;
    typeof_unqual(*q) t2 = 4;
    typeof_unqual(const volatile struct node *) t3 = n;
    keep(&t1), keep(&t2), keep(&t3);
    n = nullptr;
    churn();
    printf("%d %d %ld\n", t1, ++t2, t3->number);
}

static void initialised(void)
{
    int a = {}, b[3] = {}, n = 3, m[n] = {};
    struct slots c = {}, *d = {}, e[2] = {{}, {.p = make(1)}};
    union { long l; char c[24]; } u = {};
    bool yes = true, no = {};
    struct node *list[] = {make(2), nullptr, {}, make(3)};
    keep(&a), keep(b), keep(m), keep(&c), keep(&d), keep(e), keep(&u);
    keep(&yes), keep(&no), keep(list);
    churn();
    printf("%d%d%d%d%d%d %ld %ld %ld %d\n", a, b[2], m[2], c.p == nullptr,
           d == nullptr, u.c[23], e[1].p->number, list[0]->number,
           list[3]->number, yes && !no);
    struct slots *again = &(struct slots){};
    *s = (struct slots){};
    s->p = again->p;
    for (int i = 0; i < 2; i++) {
        int fresh = {}, also[2] = {};
        keep(&fresh), keep(also);
        printf("%d%d ", fresh++, also[1]++);
    }
    puts("");
}

static void slots(void)
{
    s->e = (enum address)(uintptr_t)make(10);
    s->exact = (unsigned _BitInt(64))(uintptr_t)make(11);
    s->bits = (unsigned _BitInt(128))(uintptr_t)make(12) << 64;
    s->nothing = nullptr;
    s->q = made(13, 0);
    s->p = s->nothing;
    churn();
    printf("%ld %ld %ld %ld %d\n", ((struct node *)s->e)->number,
           ((struct node *)(uintptr_t)s->exact)->number,
           ((struct node *)(uintptr_t)(s->bits >> 64))->number, s->q->number,
           s->p == nullptr);
    s->bits |= (uintptr_t)make(14);
    s->exact ^= s->exact ^ (unsigned _BitInt(64))(uintptr_t)make(15);
    bool over = ckd_add(&s->u, (uintptr_t)make(16), 0u);
    churn();
    printf("%ld %ld %ld %d\n", ((struct node *)(uintptr_t)s->bits)->number,
           ((struct node *)(uintptr_t)s->exact)->number,
           ((struct node *)s->u)->number, over);
    _BitInt(13) odd = 5wb;
    unsigned _BitInt(90) wide = 1;
    keep(&odd), keep(&wide);
    odd *= 3, wide <<= 80;
    printf("%d %d\n", (int)odd, (int)(wide >> 79));
    nullptr_t null = nullptr, *at = &null;
    keep(&null), keep(&at);
    printf("%d %d\n", *at == nullptr, _Generic(null, nullptr_t: 1, default: 2));
}

static void labels(int k)
{
    goto next;
again:
    int a = k;
    keep(&a);
    printf("%d ", a);
    if (a == 3)
        goto end;
next:
    int b = ++k;
    keep(&b);
    b++;
    switch (b) {
    case 2:
        struct node *n = make(b);
        keep(&n);
        printf("n%ld ", n->number);
        break;
    case 3:
        int c;
        keep(&c);
        c = 30;
        printf("c%d ", c);
    default:
        static_assert(true);
    }
    goto again;
end:
}

static const unsigned char embedded[] = {
#embed __FILE__ limit(5)
};

int main(void)
{
    s = calloc(1, sizeof *s);
    attributes();
    scoped();
    inferred();
    initialised();
    slots();
    labels(0);
    unsigned char local[] = {
#embed __FILE__ limit(3) suffix(, 0)
    };
    keep(local);
    printf("\n%.5s %s %d %d %d %d\n", (const char *)embedded, local, none(),
           sum(1, 2, 3, 0), fixed.b, LITTLE);
    const unsigned char *u8 = u8"x";
    printf("%d\n", u8[0]);
}
