// A pointer that is printed with %p lives on in the text alone.
//
// RUN: %escc_verify -Wno-format -O2 %s -o %t && timeout 60 %t
// RUN: env ESCC_DEBUG=gcstress=20,clobber=1 timeout 60 %t
// RUN: %escc -Wno-format -fescc-emit-source -c %s -o - | FileCheck %s
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// (Whole lines: the source's own comments are in the text.)
struct object { long stamp; struct object *next; };

static char texts[100][40];

/* A formatter of the program's own; %q is its own conversion. */
__attribute__((noinline)) static void write_text(char *out, int bytes,
                                                 const char *format, ...)
{
    va_list list;
    va_start(list, format);
    if (strncmp(format, "%q", 2) == 0) {
        va_arg(list, int);
        format += 2;
    }
    vsnprintf(out, (size_t)bytes, format, list);
    va_end(list);
}

__attribute__((noinline)) static struct object *read_text(const char *text)
{
    void *pointer = NULL;
    return sscanf(text, "%p", &pointer) == 1 ? pointer : NULL;
}

__attribute__((noinline)) static void make(int i)
{
    struct object *object = malloc(sizeof *object);
    object->stamp = i;
    object->next = malloc(sizeof *object);
    object->next->stamp = -i;
    switch (i % 4) {
    case 0:
        write_text(texts[i], 40, "%p", object);
        // CHECK: {{^ *}}write_text(texts[i], 40, "%p", __escc_printed((const void*)(object)));
        break;
    case 1:
        snprintf(texts[i], 40, "%" "p", (void *)object);
        // CHECK: __escc_printed((const void*)((void *)object)));
        break;
    case 2:
        write_text(texts[i], 40, "%q%p", 1, object);
        // CHECK: {{^ *}}write_text(texts[i], 40, "%q%p", 1, __escc_printed(
        break;
    default:
        sprintf(texts[i], "%p %*d", (char *)object, 4, i);
        // CHECK: {{^ *}}sprintf(texts[i], "%p %*d", __escc_printed(
        break;
    }
}

__attribute__((noinline)) static int not_printed(void)
{
    char text[40] = "", local = 0;
    void *pointer = &local;
    int n = snprintf(text, 40, "%%p %s", text);
    // CHECK: {{^ *}}int n = snprintf(text, 40, "%%p %s", text);
    n += snprintf(text, 40, "%p", (void *)&local);
    // CHECK: {{^ *}}n += snprintf(text, 40, "%p", (void *)&local);
    n += sscanf(text, "%p", &pointer);
    // CHECK: {{^ *}}n += sscanf(text, "%p", &pointer);
    if (n < 0)
        printf("%p %d\n", pointer, n);
    // CHECK: {{^ *}}printf("%p %d\n", __escc_printed_on((void*)0,(const void*)(pointer)), n);
    return n;
}

int main(void)
{
    char stack[4096];
    for (int i = 0; i < 100; i++)
        make(i);
    memset(stack, 0, sizeof stack);
    for (int i = 0; i < 200000; i++)    /* collections, and other contents */
        if (!calloc(1, sizeof(struct object)))
            return 1;
    for (int i = 0; i < 100; i++) {
        struct object *object = read_text(texts[i]);
        if (!object || object->stamp != i || object->next->stamp != -i)
            return printf("%d: %s\n", i, texts[i]), 1;
        free(object);
    }
    return not_printed() < 0 || stack[7];
}
