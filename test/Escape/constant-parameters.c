// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | grep 'moved to heap' | FileCheck --implicit-check-not=moved %s
/* A function that does one thing or another, as a parameter says, does to who
 * gives that one a constant only what it does then.  All that are expected to
 * move are named. */
#include <stdlib.h>
#include <string.h>

enum mode { KEEP, COPY, NONE, BOTH };
static char *kept;
char *use_kept(void) { return kept; }

/* ---- switch -------------------------------------------------------------- */

static void set(char *text, enum mode mode)
{
    switch (mode) {
    case KEEP:
        kept = text;
        break;
    case BOTH:
        use_kept();
        /* fall through */
    case COPY:
        kept = strdup(text);
        break;
    default:
        break;
    }
}
void set_copy(void) { char x[4] = "a"; set(x, COPY); }
void set_none(void) { char x[4] = "a"; set(x, NONE); }
void set_both(void) { char x[4] = "a"; set(x, BOTH); }
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void set_keep(void) { char x[4] = "a"; set(x, KEEP); }
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void set_unknown(enum mode mode) { char x[4] = "a"; set(x, mode); }

static void falls(char *text, int mode)
{
    switch (mode) {
    case 1: use_kept();
    case 2: kept = text; break;
    case 3: return;
    }
}
void falls_0(void) { char x[4] = "a"; falls(x, 0); }
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void falls_1(void) { char x[4] = "a"; falls(x, 1); }
void falls_3(void) { char x[4] = "a"; falls(x, 3); }

/* A case inside of a statement of the switch. */
static void irregular(char *text, int mode)
{
    switch (mode) {
    case 1:
        if (use_kept()) {
    case 2:
            kept = text;
        }
    }
}
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void irregular_2(void) { char x[4] = "a"; irregular(x, 2); }

/* ---- conditions ---------------------------------------------------------- */

static void early(char *text, int keep)
{
    if (!keep)
        return;
    kept = text;
}
void early_0(void) { char x[4] = "a"; early(x, 0); }
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void early_1(void) { char x[4] = "a"; early(x, 1); }

/* What is not come to from above may be come to by a label. */
static void jumps(char *text, int keep)
{
    if (use_kept())
        goto out;
    if (!keep)
        return;
out:
    kept = text;
}
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void jumps_0(void) { char x[4] = "a"; jumps(x, 0); }
static void into(char *text, int keep)
{
    if (use_kept())
        goto in;
    if (keep) {
in:
        kept = text;
    }
}
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void into_0(void) { char x[4] = "a"; into(x, 0); }

static void flags(char *text, unsigned flags)
{
    if (flags & 4 && use_kept())
        kept = text;
    flags & 8 ? (void)(kept = text) : (void)0;
    (flags == 16 || !use_kept()) && flags > 15 && (kept = text);
}
void flags_3(void) { char x[4] = "a"; flags(x, 3); }
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void flags_4(void) { char x[4] = "a"; flags(x, 4 | 1); }
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void flags_8(void) { char x[4] = "a"; flags(x, 8); }
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void flags_16(void) { char x[4] = "a"; flags(x, 16); }

static void narrow(char *text, unsigned char mode)
{
    if (mode == 0)
        kept = text;
}
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void narrow_256(void) { char x[4] = "a"; narrow(x, 256); }
void narrow_255(void) { char x[4] = "a"; narrow(x, -1); }

/* ---- null pointers, handing on, recursion -------------------------------- */

static void out(char *text, char **to)
{
    if (to != NULL)
        *to = text;
}
void out_null(void) { char x[4] = "a"; out(x, NULL); }
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void out_kept(void) { char x[4] = "a"; out(x, &kept); }

static void by(char *text, int keep) { early(text, keep); }
static void by_far(char *text, int keep) { by(text, keep); }
void by_0(void) { char x[4] = "a"; by_far(x, 0); }
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void by_1(void) { char x[4] = "a"; by_far(x, 1); }

static void again(char *text, int keep, int n)
{
    if (n)
        again(text, n & 1, n - 1);
    if (keep)
        kept = text;
}
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void again_0(void) { char x[4] = "a"; again(x, 0, 3); }

/* ---- where the value is not the parameter's all along -------------------- */

static void changes(char *text, int keep)
{
    keep |= use_kept() != 0;
    if (keep)
        kept = text;
}
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void changes_0(void) { char x[4] = "a"; changes(x, 0); }

static void by_address(char *text, int keep)
{
    int *to = &keep;
    *to = use_kept() != 0;
    if (keep)
        kept = text;
}
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void by_address_0(void) { char x[4] = "a"; by_address(x, 0); }

__attribute__((weak)) void replaced(char *text, int keep)
{
    if (keep)
        kept = text;
}
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void replaced_0(void) { char x[4] = "a"; replaced(x, 0); }

static void (*volatile pointer)(char *, int) = early;
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: x
void pointer_0(void) { char x[4] = "a"; pointer(x, 0); }

/* The function's own locals are decided for all calls. */
static int own(int keep)
{
// CHECK: :[[#@LINE+1]]:{{.*}} moved to heap: y
    char y = 1;
    early(&y, keep);
    return y;
}
int own_0(void) { return own(0); }
int own_1(void) { return own(1); }
