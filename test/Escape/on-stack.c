/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

ESCC_ON_STACK keeps what it marks in its frame, -fescc-locals=none everything;
neither compiler says anything about the mark, and to one that is not escc it
means nothing.

RUN: for compiler in %clang %gcc; do \
RUN:   ESCC_CC=$compiler %escc_verify -I %source_root/include -Wall -Wextra \
RUN:     -Wpedantic -Werror -report-escapes -c %s -o %t.o 2>&1 \
RUN:     | FileCheck --implicit-check-not=remark: \
RUN:       --implicit-check-not=warning: --implicit-check-not=error: %s \
RUN:     || exit 1; \
RUN:   done
RUN: printf '#include <escc/attr.h>\nint *f(int *p ESCC_ON_STACK);\n' > %t.c
RUN: printf 'int *f(int *p ESCC_ON_STACK)\n{ ESCC_ON_STACK int i = 1,' >> %t.c
RUN: printf 'j ESCC_ON_STACK; j = i; return p + j; }\n' >> %t.c
RUN: for compiler in %clang %gcc; do for std in c89 gnu99 c11 gnu2x; do \
RUN:   $compiler -I %source_root/include -std=$std -Wall -Wextra \
RUN:     -Wpedantic -Werror -c %t.c -o %t.o || exit 1; \
RUN:   done; done
RUN: %clang -I %source_root/include -Weverything -Werror -c %t.c -o %t.o \
RUN:   -Wno-unsafe-buffer-usage

With =none allocation is as it was.
RUN: %escc -I %source_root/include -w -fescc-locals=none -c %s -o %t.o \
RUN:   -report-escapes 2>&1 | FileCheck --check-prefix=NONE %s
RUN: %escc -I %source_root/include -w -fescc-locals=none %s -c \
RUN:   -fescc-emit-source=- | FileCheck --check-prefix=TEXT %s
NONE-NOT: moved to heap
NONE: plain escapes but stays on the stack: -fescc-locals=none
NONE-NOT: moved to heap
TEXT-NOT: __escc_new(4
TEXT: __escc_malloc(sizeof
TEXT-NOT: __escc_new(4
*/
#include <escc/attr.h>
#include <stdlib.h>

void *keep(void *);
int marked(int a ESCC_ON_STACK, ESCC_ON_STACK int b, int c);

int marked(int a ESCC_ON_STACK, ESCC_ON_STACK int b, int c)
// CHECK: :[[#@LINE-1]]:{{.*}} a escapes but {{.*}}ESCC_ON_STACK
// CHECK: :[[#@LINE-2]]:{{.*}} b escapes but {{.*}}ESCC_ON_STACK
// CHECK: :[[#@LINE-3]]:{{.*}} moved to heap: c
{
    ESCC_ON_STACK int first = 1, second[2] = {1, 2};
    // CHECK: :[[#@LINE-1]]:{{.*}} first escapes but {{.*}}ESCC_ON_STACK
    // CHECK: :[[#@LINE-2]]:{{.*}} second escapes but {{.*}}ESCC_ON_STACK
    int plain = 1, behind ESCC_ON_STACK = 2;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: plain
    // CHECK: :[[#@LINE-2]]:{{.*}} behind escapes but {{.*}}ESCC_ON_STACK
    ESCC_ON_STACK struct { int *p; } of = {0};
    // CHECK: :[[#@LINE-1]]:{{.*}} of escapes but {{.*}}ESCC_ON_STACK
    /* Two lists of another kind are no mark. */
    __attribute__((,)) __attribute__(()) int other = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: other
    __attribute__(()) ESCC_ON_STACK int empty = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} empty escapes but {{.*}}ESCC_ON_STACK
    keep(&a), keep(&b), keep(&c), keep(&first), keep(second), keep(&plain);
    keep(&behind), keep(&of), keep(&other), keep(&empty);
    of.p = malloc(sizeof *of.p);
    // CHECK: :[[#@LINE-1]]:{{.*}} malloc(sizeof *of.p) escapes to heap
    return a + b + c + first + second[0] + plain + behind + !!of.p + other
           + empty;
}
