/*
Every -std of both back ends takes what is emitted, also when the user's own
flags make every extension and every warning an error.
RUN: env ESCC_CC=%clang %escc_verify -fescc-locals=all -std=c89 \
RUN:   -pedantic-errors -Werror -Wall -Wextra -O2 %s -o p && ./p
RUN: env ESCC_CC=%clang %escc_verify -fescc-locals=all -std=gnu89 \
RUN:   -pedantic-errors -Werror -Wall -Wextra -O2 %s -o p && ./p
RUN: env ESCC_CC=%clang %escc_verify -fescc-locals=all -std=c99 \
RUN:   -pedantic-errors -Werror -Wall -Wextra -O2 %s -o p && ./p
RUN: env ESCC_CC=%clang %escc_verify -fescc-locals=all -std=gnu11 \
RUN:   -pedantic-errors -Werror -Wall -Wextra -O2 %s -o p && ./p
RUN: env ESCC_CC=%clang %escc_verify -fescc-locals=all -std=c17 \
RUN:   -pedantic-errors -Werror -Wall -Wextra -O2 %s -o p && ./p
RUN: env ESCC_CC=%clang %escc_verify -fescc-locals=all -std=gnu2x \
RUN:   -pedantic-errors -Werror -Wall -Wextra -O2 %s -o p && ./p
RUN: env ESCC_CC=%gcc %escc_verify -fescc-locals=all -std=c89 \
RUN:   -pedantic-errors -Werror -Wall -Wextra -O2 %s -o p && ./p
RUN: env ESCC_CC=%gcc %escc_verify -fescc-locals=all -std=gnu89 \
RUN:   -pedantic-errors -Werror -Wall -Wextra -O2 %s -o p && ./p
RUN: env ESCC_CC=%gcc %escc_verify -fescc-locals=all -std=c99 \
RUN:   -pedantic-errors -Werror -Wall -Wextra -O2 %s -o p && ./p
RUN: env ESCC_CC=%gcc %escc_verify -fescc-locals=all -std=gnu11 \
RUN:   -pedantic-errors -Werror -Wall -Wextra -O2 %s -o p && ./p
RUN: env ESCC_CC=%gcc %escc_verify -fescc-locals=all -std=c17 \
RUN:   -pedantic-errors -Werror -Wall -Wextra -O2 %s -o p && ./p
RUN: env ESCC_CC=%gcc %escc_verify -fescc-locals=all -std=gnu2x \
RUN:   -pedantic-errors -Werror -Wall -Wextra -O2 %s -o p && ./p
RUN: env ESCC_CC=%clang %escc_verify -Weverything -Werror -Wno-padded \
RUN:   -Wno-declaration-after-statement -Wno-unsafe-buffer-usage \
RUN:   -Wno-unknown-warning-option -Wno-pre-c11-compat %s -o p && ./p
*/
#include <stdlib.h>
#include <string.h>
struct n { struct n *next; char *s; };
static struct n *head;
static int f(char *p, int k)
{
    int sum = 0;
    while (k-- > 0) {
        int c = *p++;
        if (c == 'x') p = strchr(p, 'y');
        if (!p) return -1;
        sum += p[0];
    }
    return sum;
}
int main(void)
{
    struct n *n = malloc(sizeof *n), **pn = &n;
    char text[] = "abcxyz";
    head = *pn;
    head->next = head->s ? NULL : head;
    head->s = text;
    return f(head->s, 3) < 0;
}
