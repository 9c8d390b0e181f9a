// A small array that stays in its frame is given the alignment of a word,
// where the collector looks; `__alignof__` tells the one that was written.
// RUN: %S/../Inputs/differential %escc %clang %gcc %s
#include <stdio.h>
#include <string.h>

static void *kept;

int main(void)
{
    char buffer[13] = "constant";
    const char fixed[9] = "fixed";
    _Alignas(2) char aligned[8] = "two";
    char copy[8];
    memcpy(copy, buffer, sizeof copy);
    printf("%zu %zu %zu %zu %zu\n", (size_t)__alignof__(buffer),
           (size_t)__alignof__ fixed, (size_t)__alignof__((aligned)),
           (size_t)_Alignof(__typeof__(buffer)), (size_t)__alignof(copy));
    printf("%s %s %s %.8s\n", buffer, fixed, aligned, copy);
    kept = strchr(fixed, 'x') ? "x" : 0;
    return kept == 0;
}
