// gcc's malloc attribute may name the function that frees, under both its
// names; a call of malloc keeps its argument, whatever a literal says.
// REQUIRES: gcc
// RUN: export ESCC_CC=%gcc
// RUN: %escc_verify -Wall -Wextra -Werror %s -o %t && timeout 60 %t >%t.out
// RUN: FileCheck %s <%t.out
// RUN: not %escc -DWARN -Werror -c %s -o %t.o 2>%t.err
// RUN: FileCheck --check-prefix=WARN %s <%t.err
#include <stdio.h>
#include <stdlib.h>

struct thing { int *number, other; };

static void thing_free(struct thing *t) { free(t); }

__attribute__((malloc, malloc (thing_free, 1), returns_nonnull))
static struct thing *thing_new(int *number);
static void *raw(size_t n) __attribute__((
    malloc(free), noinline, alloc_size(1)));
extern int *elsewhere(void) __attribute__((noinline,
    warning("\"malloc(no)"), malloc(thing_free))) ;
__attribute__((__malloc__(free, 1))) static char *text(const char *, void *);

static void *raw(size_t n) { return malloc(n); }

static struct thing *thing_new(int *number)
{
    struct thing *t = raw(sizeof *t);
    *t = (struct thing){number, 0};
    return t;
}

static char *text(const char *format, void *room)
{
    char *result = room;
    snprintf(result, 40, format, '"');
    return result;
}

static struct thing *kept(int value)
{
    int moved = value;
    return thing_new(&moved);
}

int main(void)
{
    struct thing *t = kept(42);
    char *s = text("__attribute__((%c", malloc(40));
    printf("%d %s\n", *t->number, s);
    // CHECK: 42 __attribute__(("
#ifdef WARN
    // WARN: attribute warning: "malloc(no)
    elsewhere();
#endif
    free(s);
    thing_free(t);
    return 0;
}
