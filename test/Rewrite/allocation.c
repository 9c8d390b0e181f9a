// The allocation family by every spelling of a direct call; names used as
// values and a unit's own functions are left alone.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
// RUN: %escc -fescc-emit-source -c %s | FileCheck %s
#define _GNU_SOURCE
#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hooks { void *(*alloc)(size_t); void (*release)(void *); };
static struct hooks hooks = {malloc, free};

static char *text(const char *format, ...)
{
    char *out = 0;
    va_list list;
    va_start(list, format);
    // CHECK: __escc_vasprintf_as(&{{.*}}, format, list,&__escc_sites[{{[0-9]+}}],(void(*)(void))vasprintf)
    int n = vasprintf(&out, format, list);
    va_end(list);
    return n < 0 ? 0 : out;
}

static void *valloc_of(size_t n)
{
    // CHECK: return __escc_malloc((n),&__escc_sites
    return (malloc)((n));
}

static int own(void)
{
    // CHECK: strchr("abc", 'b')
    return *strchr("abc", 'b');
}

int main(void)
{
    // CHECK: __escc_malloc(10,&__escc_sites
    char *a = malloc(10), *b = calloc(2, 5), *c = strdup("text"), *d, *e;
    // CHECK: __escc_realloc(a, 20,&__escc_sites
    a = realloc(a, 20);
    a = reallocarray(a, 3, 10);
    strcpy(a, "abcdefghijklmnopqrstuvwxyz");
    d = strndup(a, 3);
    e = __builtin_malloc(3);
    strcpy(e, "xy");
    void *f, *g = aligned_alloc(64, 128), *h = memalign(32, 5);
    if (posix_memalign(&f, 256, 10))
        return 1;
    printf("%s %d %s %s %s %d %d %d\n", a, b[9], c, d, e,
           (int)((uintptr_t)f % 256), (int)((uintptr_t)g % 64),
           (int)((uintptr_t)h % 32));
    char *i = 0;
    // CHECK: __escc_asprintf_for((void(*)(void))asprintf,{{[01]}})(&{{.*}}, "%d-%s", 5, d)
    printf("%d ", asprintf(&i, "%d-%s", 5, d));
    printf("%s %s\n", i, text("<%s>", i));
    // CHECK: hooks.alloc(4)
    char *j = hooks.alloc(4);
    strcpy(j, "j");
    printf("%s %d %d\n", j, valloc_of(3) != 0, own());
    // CHECK: hooks.release(j)
    hooks.release(j);
    // CHECK: __escc_free(a)
    free(a), free(b), free(c);
    free(NULL);
    return 0;
}
