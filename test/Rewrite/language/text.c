// The text itself: digraphs, trigraphs, names in UTF-8 and as universal
// character names, string literals of every kind, very long lines, pragmas in
// awkward places.
// RUN: %S/../Inputs/differential %escc %clang %gcc %s -I%S/Inputs -trigraphs
// RUN: %python -c "n = 20000; print('%%:include \"common.h\"\nint main(void) <%% int x = 1; int *p = keep(&x);' + ' x += *p * 0 + 1;' * n + ' struct node *l = 0, **s = &l; keep(s);' + ' *s = make(1);' * 500 + ' printf(\"%%d %%ld\\\\n\", x, l->number); %%>')" > long.c
// RUN: %S/../Inputs/differential %escc %clang none long.c -I%S/Inputs
%:include "common.h"
%:define PASTE(a, b) a %:%: b
#include <wchar.h>

#pragma pack(push, 2)
struct two <% char c; struct node *p; %>;
#pragma pack(pop)
_Pragma("pack(1)") struct one { char c; struct node *p; }; _Pragma("pack()")

static int digraphs(int n) <%
    int a<::> = <% 1, 2, 3 %>, b<:2:> = {n}, c??(??) = ??< 4 ??>;
    int *PASTE(po, inter) = a;
    struct node *list<:3:> = <% make(1), make(2) %>, **at = &list<:1:>;
    keep(a), keep(b), keep(c), keep(&pointer), keep(list), keep(&at);
    list<:2:> = make(3);
    for (int i = 0; i < 3; i++) <%
        int inner<::> = <% i, <:2:> = i %>, *q = inner;
        keep(inner), keep(&q);
        q<:1:> = (int<::>)<% 5, 6 %><:i & 1:>;
        a<:0:> += inner<:1:> + inner<:2:>;
    %>
    struct node **literal = keep((struct node *<::>)<% make(7), make(8) %>);
    churn();
    switch (n) <% int hidden; case 1: keep(&hidden); hidden = 2; n = hidden; %>
    return pointer<:0:> + b<:0:> + c<:0:> + (*at)->number
        + list<:2:>->number + literal<:1:>->number + n;
%>

static int names(int \u00e9t\u00e9)
{
    int größe = 1, 变量 = 2, *zeiger_auf_größe = &größe, $dollar = 4;
    struct { struct node *ключ; } µ = {make(1)}, *π = &µ;
    keep(&größe), keep(&变量), keep(&zeiger_auf_größe), keep(&$dollar);
    keep(&été), keep(&µ), keep(&π);
    gr\u00f6\u00dfe += 5;
    *zeiger_auf_größe += \u53d8量;
    π->ключ = make(10);
    churn();
    return größe + été + $dollar + µ.\u043a\u043b\u044e\u0447->number;
}

static void strings(void)
{
    char a[] = "a" "b\
c" "d??/n" "\x41" "1" "\0tail", b[] = {u8"ü" "x"}, q[4] = "quad";
    wchar_t w[] = L"wide" "narrow" L"\x1F600", *pw = L"" "tail";
    __CHAR16_TYPE__ u[] = u"u" "v";
    __CHAR32_TYPE__ v[] = U"\U0001F600" "x";
    const char *list[] = {"x" "y", a, __func__, [5] = "five" };
    const char (*pointer)[6] = &"whole";
    const char brace[] = "}{[](;=\"/*", quote = '"', open = '{';
    keep(a), keep(b), keep(q), keep(w), keep(&pw), keep(u), keep(v);
    keep(list), keep(&pointer), keep(brace), keep(&quote), keep(&open);
    printf("%zu %s %zu %.4s %zu %d %zu %zu %s %s %s %c %zu %c%c %s\n", sizeof a,
           a, sizeof b, q, sizeof w / sizeof *w, (int)w[10], sizeof u / 2,
           sizeof v / 4, list[2], list[5], *pointer, (*&"abc")[1],
           wcslen(pw), quote, open, brace);
}

static struct node *pragmas(struct node **list, int n)
{
    struct node *last = 0;
    int sum = 0;
    keep(&last), keep(&sum);
#pragma GCC unroll 4
    for (int i = 0; i < n; i++)
        sum += list[i]->number;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic pop
    list[0] =
#line 500 "elsewhere.c"
        make(__LINE__);
    last = list[0]
#line 600
        ; _Pragma("GCC ivdep")
    for (struct node **p = list; p < list + n; p++)
        sum += (*p)->number;
    if (n)
        _Pragma("GCC unroll 2")
        while (n--)
            sum += list[n]->number;
#line 90 "text.c"
    last->number += sum;
    struct two t = {1, make(5)}, *pt = keep(&t);
    struct one o = {1, make(6)}, *po = keep(&o);
    pt->p = make(7), po->p = make(8);
    churn();
    last->next = po->p;
    last->number += pt->p->number * 1000;
    return last;
}

int main(void)
{
    struct node *list[3] = {make(1), make(2), make(3)};
    keep(list);
    printf("%d %d\n", digraphs(1), names(100));
    strings();
    struct node *last = pragmas(list, 3);
    printf("%ld %ld\n", last->number, last->next->number);
    return 0;
}
