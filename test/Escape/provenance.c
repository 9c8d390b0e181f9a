// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Which integers may hold the bits of a pointer: i moves if the word that is
 * stored may be its address.
 */
#include <stdint.h>
#include <string.h>

uintptr_t global;
uintptr_t other;

void cast(void) { int i = 0; global = (uintptr_t)&i; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void sum(void) { int i = 0; global = 8 + (uintptr_t)&i; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void subtracted(void) { int i = 0; global = (uintptr_t)&i - 8; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void masked(void) { int i = 0; global = (uintptr_t)&i & ~(uintptr_t)7; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void tagged(void) { int i = 0; global = (uintptr_t)&i | 1; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void flipped(void) { int i = 0; global = ~(uintptr_t)&i; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void mixed(void) { int i = 0; global = (uintptr_t)&i ^ other; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void shifted(void) { int i = 0; global = (uintptr_t)&i << 16; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void chosen(int n) { int i = 0; global = n ? (uintptr_t)&i : 0; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void comma(int n) { int i = 0; global = (n++, (uintptr_t)&i); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void signed_word(void) { int i = 0; global = (uintptr_t)(long)&i; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void assigned(void) { int i = 0; uintptr_t n; global = n = (uintptr_t)&i; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void wide(void) { int i = 0; global = (uintptr_t)(__int128)(uintptr_t)&i; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i

/* Rounding: what is divided comes back by a product. */
void rounded(uintptr_t a) { int i = 0; global = ((uintptr_t)&i + a - 1) / a * a; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void factor_first(uintptr_t a) { int i = 0; global = a * ((uintptr_t)&i / a + 1); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void shifted_back(void) { int i = 0; global = ((uintptr_t)&i >> 4) * 16; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void rounded_in_steps(uintptr_t a)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    uintptr_t n = (uintptr_t)&i;
    n = (n + a - 1) / a;
    n *= a;
    global = n;
}
static uintptr_t quotient_of(uintptr_t n, uintptr_t a) { return n / a; }
void rounded_by_function(uintptr_t a)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    global = quotient_of((uintptr_t)&i, a) * a;
}

/* Differences: to null or another constant they are the pointer. */
void to_null(void) { int i = 0; global = (uintptr_t)((char *)&i - (char *)0); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
void to_constant(void) { int i = 0; global = (char *)&i - (char *)16; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
static char *const nowhere;
void to_variable(void) { int i = 0; global = (char *)&i - nowhere; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
char *from_null(void) { char i = 0; return (char *)0 + (uintptr_t)&i; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
char *element_of_null(void) { char i = 0; return &((char *)0)[(uintptr_t)&i]; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
char *moved_null(void) { char i = 0, *p = 0; p += (uintptr_t)&i; return p; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i

void low_bits(void) { int i = 0; global = (uintptr_t)&i & 7; }
void narrow(void) { int i = 0; global = (unsigned)(uintptr_t)&i; }
void product(void) { int i = 0; global = (uintptr_t)&i * 31; }
void hash(void) { int i = 0; global = ((uintptr_t)&i >> 4) * 2654435761u; }
void scaled(void) { int i = 0; global = (uintptr_t)&i / 16 * 24; }
void objects(void)
{
    char i[8] = {0}, *p = i, *q = 0;
    q = i + 4;
    global = q - p;
}
void quotient(void) { int i = 0; global = (uintptr_t)&i / 8; }
void remainder_(void) { int i = 0; global = (uintptr_t)&i % 31; }
void comparison(void) { int i = 0; global = (uintptr_t)&i < other; }
void negation(void) { int i = 0; global = !(uintptr_t)&i; }
void floating(void) { int i = 0; global = (uintptr_t)(double)(uintptr_t)&i; }

/* Variables: the join of what is assigned to them. */
void variable(int n)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    uintptr_t word = 0;
    if (n)
        word = (uintptr_t)&i;
    word += 4;
    global = word;
}

void index_variable(int *p, long n)
// CHECK: :[[#@LINE-1]]:{{.*}} p does not escape
{
    int i = 0, *q = &i;
    long index = 0;
    for (; index < n; index++)
        *q += p[index];
    global = (uintptr_t)index;
}

/* Parameters and results of this unit's functions. */
static uintptr_t tag(uintptr_t word, uintptr_t bits) { return word | bits; }
void tags(void) { int i = 0; global = tag((uintptr_t)&i, 1); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i

static uintptr_t length(const char *s) { return strlen(s); }
// CHECK: :[[#@LINE-1]]:{{.*}} s does not escape
void lengths(void) { char text[] = "x"; global = length(text); }

/* Memory: an integer of a pointer's width may always be one. */
struct entry { uintptr_t key; unsigned hash; };
void member(struct entry *e) { int i = 0; e->key = (uintptr_t)&i; }
// CHECK: :[[#@LINE-1]]:{{.*}} e does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: i
void narrow_member(struct entry *e) { int i = 0; e->hash = (uintptr_t)&i; }
// CHECK: :[[#@LINE-1]]:{{.*}} e does not escape
