// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -w -O2 -report-escapes %s -o %t 2>&1 | FileCheck %s
// RUN: env ESCC_DEBUG=gcstress=1,clobber=1 timeout 60 %t
// RUN: %escc -w -O0 -fescc-check-escapes=1 %s -o %t0
// RUN: env ESCC_DEBUG=gcstress=1,clobber=1 timeout 60 %t0
/* _Generic and __builtin_choose_expr are what they choose, as parentheses are
 * what is in them: what is assigned to one is assigned to a variable, a member
 * or an element. */
#include <string.h>

#define SEPARATE __attribute__((noinline))
#define GENERIC(e) _Generic(0, int: e)
#define CHOSEN(e) __builtin_choose_expr(1, e, 0)

struct parse { int *text; };
struct walk { struct parse *parse; int *beside; };

int *kept;
struct parse *current;

SEPARATE static long by_generic(void)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: generic
    int generic = 1;
    long number;
    GENERIC(number) = (long)&generic;
    generic++;
    return number;
}

SEPARATE static long by_choice(void)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: chosen
    int chosen = 2;
    long number = 0;
    CHOSEN(number) += (long)&chosen;
    chosen++;
    return number;
}

SEPARATE static int *of_element(void)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: elements
    int elements[3] = {3, 4, 5};
    return &CHOSEN(elements)[GENERIC(1)];
}

/* Members that are followed by their names. */
SEPARATE static void walk(struct walk *w)
{
    current = GENERIC(w->parse);
    kept = GENERIC(w)->beside;
}

SEPARATE static void by_members(void)
{
    // CHECK-DAG: [[@LINE+2]]:{{.*}}: moved to heap: text
    // CHECK-DAG: [[@LINE+2]]:{{.*}}: moved to heap: parse
    int text = 6;
    struct parse parse = {0};
    struct walk w = {0};
    GENERIC(CHOSEN(w.parse)) = &parse;
    CHOSEN(w.beside) = &text;
    parse.text = &text;
    text++;
    walk(&w);
}

SEPARATE static void overwrite(void)
{
    volatile char frame[4096];
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = 0x55;
}

int main(void)
{
    int *generic = (int *)by_generic(), *chosen = (int *)by_choice();
    int *element = of_element();
    by_members();
    overwrite();
    return *generic != 2 || *chosen != 3 || *element != 4 ||
           *current->text != 7 || *kept != 7;
}
