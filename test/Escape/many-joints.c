// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | grep 'moved to heap' | FileCheck --implicit-check-not=moved %s
/* What may be the result of one call is given to many others, each of which may
 * keep it, in several ways: these are more than are written down.  Those that
 * are left out count as the call's returning it. */
#define EACH(f) \
    f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8) f(9) f(10) f(11) f(12) f(13) \
    f(14) f(15) f(16) f(17) f(18) f(19) f(20) f(21) f(22) f(23) f(24) f(25)
#define DECLARE(n) void f##n(char *, char *);
#define CALL(n) f##n(p, 0);
EACH(DECLARE)
char *start(char *, char **);

void many(int n)
{
    char *x = 0;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x, unless {{.*}}start{{.*}}(decided at load)
    char *p = start(0, &x);
    while (n--) {
        EACH(CALL)
        p = start(p, &x);
    }
}

/* What is kept in any case is, however many there are. */
static char **kept;
char **use(void) { return kept; }
void always(int n)
{
    char *x = 0;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x [escape]
    char *p = start(0, &x);
    kept = &x;
    while (n--) {
        EACH(CALL)
    }
}
