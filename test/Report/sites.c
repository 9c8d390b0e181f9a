// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Types of allocations: where void * becomes another pointer, also behind
// wrappers of malloc, in this file or elsewhere.
// RUN: %escc_verify -report-escapes=2 -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %escc_verify -report-escapes=summary -c %s -o %t.o 2>&1 \
// RUN:   | FileCheck --check-prefix=SUM %s
// RUN: %escc_verify -report-escapes=json -c %s -o %t.o \
// RUN:   | FileCheck --check-prefix=JSON %s
#include <stdlib.h>
#include <string.h>

// SUM: sites.c: note: 22 allocation sites: 18 with a known type (3 of bytes),
// SUM-SAME: {{^}} 1 with several, 3 with none; 3 in allocators, which hand on
// SUM-SAME: {{^}} what they get; 2 not scanned
// JSON: "sites":22,"sitesTyped":18,"sitesBytes":3,"sitesSeveral":1,
// JSON-SAME: {{^}}"sitesHandedOn":3,"sitesNoscan":2
struct item { struct item *next; long value; };
struct other { double d[4]; };
struct opaque;
static struct item *items;
static void *shelf, *any;

/* ---- at the call --------------------------------------------------------- */

void direct(size_t n)
{
    items = malloc(sizeof *items);
    // CHECK: [[@LINE-1]]:13: note:   for struct item, 16 bytes each
    // JSON: "object":"malloc(sizeof *items)"
    // JSON-SAME: "type":"struct item","elementBytes":16,"noscan":false
    any = (struct other *)calloc(n, sizeof(struct other));
    // CHECK: [[@LINE-1]]:27: note:   for struct other, 32 bytes each
    any = strdup("text");
    // CHECK: [[@LINE-1]]:11: note:   for char, 1 byte each, not scanned
}

/* By way of variables and members. */
struct item *late(void)
{
    void *p = malloc(sizeof(struct item)), *q;
    q = p;
    return q;
}

void kept(size_t n)
{
    shelf = malloc(n);
}

struct other *fetched(void)
{
    return shelf;
}

struct item **by_argument(size_t n)
{
    struct item **list = NULL;
    if (posix_memalign((void **)&list, 64, n))
        return NULL;
    return list;
}

/* Bytes count only where there is nothing else. */
struct item *through_bytes(size_t n)
{
    void *p = malloc(n);
    memset((char *)p, 0, n);
    return p;
}

char *text(size_t n)
{
    return malloc(n);
}

/* ---- what does not show -------------------------------------------------- */

void several(size_t n, int k)
{
    void *p = malloc(n);
    if (k)
        ((struct item *)p)->value = 1;
    else
        ((struct other *)p)->d[0] = 1;
    any = p;
}

void nothing(size_t n)
{
    any = malloc(n);
}

struct opaque *hidden(size_t n)
{
    return malloc(n);
}

/* ---- wrappers ------------------------------------------------------------ */

static void *checked(size_t n)
{
    void *p = malloc(n);
    if (!p)
        abort();
    return p;
}

/* With a header in front of the block. */
static void *counted(size_t n)
{
    long *block = malloc(n + 16);
    *block = (long)n;
    block += 2;
    return block;
}

static void into(void **to, size_t n)
{
    *to = checked(n);
}

static void *twice(size_t n)
{
    void *p = NULL;
    into(&p, n);
    return p;
}

static const struct { void *(*get)(size_t); } table = {counted};

void wrapped(size_t n)
{
    struct item *a = checked(sizeof *a);
    struct other *b = counted(n);
    struct item *c = twice(n);
    double *d = table.get(n);
    void *e = twice(n);
    any = a; any = b; any = c; any = d; any = e;
}

/* A handle is an object of its own type, and who gets it allocates nothing. */
void *handle(void)
{
    struct item *i = malloc(sizeof *i);
    i->value = 1;
    return i;
}

void use_handle(void)
{
    struct item *i = handle();
    items = i;
}

/* Other files', by what goes in and what comes out. */
void *elsewhere(size_t n);
void *sized(int kind, unsigned n);
void *found(int kind);
struct pool { void *(*get)(void *, unsigned, unsigned); void *data; };

void others(struct pool *p, unsigned n)
{
    struct item *a = elsewhere(n);
    struct other *b = sized(1, sizeof *b * n);
    long *c = sized(2, n);
    char *d = p->get(p->data, n, 1);
    struct other *e = (struct other *)p->get(p->data, 1, sizeof *e);
    struct item *f = found(1);
    any = a; any = b; any = c; any = d; any = e; any = f;
}

/* Those of the library that only look for something do not allocate. */
int compare(const void *, const void *);
struct item *searched(const struct item *key, const struct item *in, size_t n)
{
    return bsearch(key, in, n, sizeof *in, compare);
}
