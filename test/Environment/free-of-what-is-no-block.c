/* free of an address that malloc did not return: nothing, with a line if that
 * is asked for, where free does nothing; with ESCC_FREE=trust a message that
 * names what the address is.
 *
 * RUN: %escc -w -O0 -fno-builtin %s -o %t
 * RUN: %t all 2>&1 | FileCheck %s --check-prefix=QUIET --allow-empty
 * RUN: env ESCC_FREE=drop %t all
 * RUN: env ESCC_DEBUG=free=1 %t all 2>&1 | FileCheck %s --check-prefix=TOLD
 * RUN: env ESCC_FREE=trust %t local
 * RUN: not --crash env ESCC_FREE=trust %t variable 2>&1 \
 * RUN:   | FileCheck %s --check-prefix=VARIABLE
 * RUN: not --crash env ESCC_FREE=trust %t string 2>&1 \
 * RUN:   | FileCheck %s --check-prefix=STRING
 * RUN: not --crash env ESCC_FREE=trust %t inside 2>&1 \
 * RUN:   | FileCheck %s --check-prefix=INSIDE
 * RUN: not --crash %t realloc 2>&1 | FileCheck %s --check-prefix=REALLOC
 * QUIET-NOT: free(
 * TOLD: escc: free(0x{{[0-9a-f]+}}): the address of a local
 * TOLD: escc: free(0x{{[0-9a-f]+}}): the address of a variable
 * TOLD: escc: free(0x{{[0-9a-f]+}}): the address of a constant
 * TOLD: escc: free(0x{{[0-9a-f]+}}): not the start of a block
 * TOLD-NOT: free(
 * VARIABLE: escc: fatal: free(0x{{[0-9a-f]+}}): the address of a variable
 * STRING: escc: fatal: free(0x{{[0-9a-f]+}}): the address of a constant
 * INSIDE: escc: fatal: free(0x{{[0-9a-f]+}}): not the start of a block
 * REALLOC: escc: fatal: realloc(0x{{[0-9a-f]+}}): the address of a variable
 */
#include <alloca.h>
#include <stdlib.h>
#include <string.h>

static char variable[100];

static int is(const char *word, const char *which)
{
    return strcmp(word, "all") == 0 || strcmp(word, which) == 0;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "all";
    char *volatile block = malloc(100);
    if (is(word, "local"))
        free(alloca(16));
    if (is(word, "variable"))
        free(variable + 16);
    if (is(word, "string"))
        free("string");
    if (is(word, "inside"))
        free(block + 16);
    free(block);
    if (strcmp(word, "realloc") == 0)
        block = realloc(variable, 200);
    return 0;
}
