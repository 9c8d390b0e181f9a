// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: split-file %s dir
// RUN: %escc -c dir/names.c -o %t.o -w -isystem dir/third -I dir/user \
// RUN:   -report-escapes 2>&1 | FileCheck dir/names.c
// RUN: env ESCC_CC=%gcc %escc -c dir/names.c -o %t.o -w -isystem dir/third \
// RUN:   -I dir/user -report-escapes 2>&1 | FileCheck dir/names.c
// RUN: %escc -c dir/renamed.c -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck dir/renamed.c
// RUN: env ESCC_CC=%gcc %escc -std=gnu89 -c dir/undeclared.c -o %t.o -w \
// RUN:   -report-escapes 2>&1 | FileCheck dir/undeclared.c
// RUN: %escc -S dir/names.c -o %t.s -w -isystem dir/third -I dir/user
// RUN: FileCheck --check-prefix=SYMBOLS dir/names.c < %t.s
/* What the table says of a function of the C library holds for what one of
   the library's headers declares, and for ISO C's names declared by hand as
   they are; not for a program's function of the same name. */

#--- third/link.h
/* A system header to the compiler, but not the library's. */
struct chain { struct chain *next; };
int link(struct chain *, struct chain *);
char *index(char *, int);
static inline void *remque(void **p) { return *p; }
#--- third/search.h
void insque(void *, void *);
int hsearch_own(char *);
#--- user/own.h
int accept(int *);
long expect(long *);
char *strdup(const char *);
int asprintf(char **, const char *, ...);
void *pvalloc(unsigned long);
#--- names.c
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <link.h>
#include "own.h"

/* The library's. */
void library(const char *path)
{
    struct stat status;
    char text[20];
    stat(path, &status);
    snprintf(text, sizeof text, "%d", 1);
}
// CHECK-NOT: moved to heap: status
// CHECK-NOT: moved to heap: text

/* The program's, in another unit: of a header of its own, and of one that
   -isystem made a system header. */
int own_header(void)
{
    int n = 1;
    long l = 2;
    // CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: n
    // CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: l
    accept(&n);
    return n + (int)expect(&l);
}

int third_header(void)
{
    struct chain a = {0}, b = {0};
    char text[] = "text";
    // CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: a
    // CHECK: :[[#@LINE-3]]:{{.*}} moved to heap: b
    // CHECK: :[[#@LINE-3]]:{{.*}} moved to heap: text
    link(&a, &b);
    return a.next == &b || index(text, 't') == text;
}

/* Declared by hand: ISO C's names are the library's, others are not. */
void *memchr(const void *, int, unsigned long);
void bcopy();
int by_hand(void)
{
    char iso[] = "text";
    char old[5];
    // CHECK-NOT: moved to heap: iso
    // CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: old
    bcopy("text", old, 5);
    return memchr(iso, 't', 5) == iso;
}

/* The unit's own, with the library's header in view. */
void *kept;
int fileno(FILE *f) { kept = f; return 0; }
int defined(void)
{
    FILE file;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: file
    return fileno(&file);
}

/* Static, and with the program's types: called, not replaced. */
static char *strndup(char *text, int n) { return text + n; }
char *not_replaced(char *text)
{
    char *a = strdup(text), *b = strndup(text, 1), *c = pvalloc(3), *d;
    asprintf(&d, "%s", text);
    return a ? b : c ? d : text;
}
// SYMBOLS-NOT: __escc_strdup
// SYMBOLS-NOT: __escc_strndup
// SYMBOLS-NOT: __escc_asprintf
// SYMBOLS-NOT: __escc_pvalloc
// SYMBOLS: strdup
#--- renamed.c
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
/* The library's header declares it, but the program says what it is. */
extern int stat(const char *, struct stat *) __asm__("my_stat");
int remove(const char *path) __attribute__((alias("remove_here")));
int remove_here(const char *path) { return !path; }
int renamed(const char *path)
{
    struct stat status;
    char alias[10];
    // CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: status
    // CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: alias
    strcpy(alias, "alias");
    return stat(path, &status) + remove(alias);
}
#--- undeclared.c
char *malloc();
int undeclared(void)
{
    char iso[5], none[5];
    // CHECK-NOT: moved to heap: iso
    // CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: none
    strcpy(iso, "text");
    return mincore(none, 1, 2) + (malloc(iso[0]) != 0);
    // CHECK: malloc(iso[0]) does not escape
}
