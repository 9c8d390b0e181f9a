// Memory runs out in each way that a system has of refusing it; malloc and
// __escc_malloc say NULL and ENOMEM, and work again after what filled the
// heap was freed or dropped.
//
// RUN: %rtcc %s -o %t
// RUN: timeout 120 %t as | FileCheck %s
// RUN: timeout 120 %t data | FileCheck %s
// RUN: (ulimit -v 150000; timeout 120 %t none) | FileCheck %s
// A reservation of a few megabytes still runs a small program.
// RUN: (ulimit -v 40000; timeout 120 %t small) | FileCheck %s -check-prefix=S
//
// CHECK: malloc of 1000 bytes: ENOMEM after {{[1-9][0-9]*}} MB, works again
// CHECK: escc of 1000 bytes: ENOMEM after {{[1-9][0-9]*}} MB, works again
// CHECK: malloc of 5000000 bytes: ENOMEM after {{[1-9][0-9]*}} MB, works again
// CHECK: escc of 5000000 bytes: ENOMEM after {{[1-9][0-9]*}} MB, works again
// S: escc of 1000 bytes: ENOMEM after {{[1-9][0-9]*}} MB, works again
#include <errno.h>
#include <escc/rt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static const struct __escc_site site = {__FILE__, "fill", "malloc(n)", 1,
                                        __ESCC_SCAN};
enum { MOST = 1 << 18 };
static void *blocks[MOST];

static void *get(int escc, size_t bytes)
{
    return escc ? __escc_malloc(bytes, &site) : malloc(bytes);
}

static void fill(int escc, size_t bytes)
{
    size_t n = 0;
    int again;

    errno = 0;
    while (n < MOST && (blocks[n] = get(escc, bytes)) != NULL)
        memset(blocks[n++], 1, bytes < 100 ? bytes : 100);
    int error = errno;
    for (size_t i = 0; i < n; i++) {
        if (!escc)
            free(blocks[i]);
        blocks[i] = NULL;
    }
    void *block = get(escc, bytes);
    again = block != NULL;
    if (!escc)
        free(block);
    printf("%s of %zu bytes: %s after %zu MB, %s\n",
           escc ? "escc" : "malloc", bytes,
           n < MOST && error == ENOMEM ? "ENOMEM" : "no end",
           n * bytes >> 20, again ? "works again" : "stays full");
}

int main(int argc, char **argv)
{
    struct rlimit limit = {100 << 20, 100 << 20};

    if (argc < 2)
        return 2;
    if (!strcmp(argv[1], "as") && setrlimit(RLIMIT_AS, &limit))
        return 2;
    if (!strcmp(argv[1], "data") && setrlimit(RLIMIT_DATA, &limit))
        return 2;
    if (!strcmp(argv[1], "small")) {
        fill(1, 1000);
        return 0;
    }
    fill(0, 1000);
    fill(1, 1000);
    fill(0, 5000000);
    fill(1, 5000000);
    return 0;
}
