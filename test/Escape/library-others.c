// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: split-file %s %t
// RUN: cd %t && %escc -isystem lib -c u.c -o u.o -w -report-escapes 2>&1 \
// RUN:   | grep 'moved to heap' | FileCheck --implicit-check-not=moved u.c
// RUN: cd %t && %escc -I lib -c u.c -o u.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --check-prefix=OWN u.c
/* What functions of common libraries do is known where a system header
 * declares them, and the unit does not define them. */

//--- lib/lib.h
typedef struct regex regex;
struct error { const char *at, *end; };
int onig_new(regex **, const char *, const char *, unsigned, void *encoding,
             void *syntax, struct error *);
int onig_error_code_to_str(char *, int, ...);
int onig_foreach_name(regex *, int (*)(const char *, const char *, int, int *,
                                       regex *, void *), void *);
int onig_name_to_backref_number(regex *, const char *, const char *, void *);
int onig_unheard(int *);
unsigned long crc32(unsigned long, const char *, unsigned);

//--- u.c
#include "lib.h"
int *kept;
char *line;

// OWN: :[[#@LINE+1]]:{{.*}}: moved to heap: e, unless onig_new and onig_error_code_to_str keep nothing
int makes(void) { regex *r; struct error e; char text[9] = "a"; char out[90];
    int status = onig_new(&r, text, text + 1, 0, 0, 0, &e);
    return status && onig_error_code_to_str(out, status, &e); }

// CHECK: :[[#@LINE+1]]:{{.*}}: moved to heap: syntax
int keeps(regex **r) { int syntax = 1; struct error e;
    return onig_new(r, "", "", 0, 0, &syntax, &e); }

/* On errors the pattern's address is in what the last argument points to. */
// CHECK: :[[#@LINE+1]]:{{.*}}: moved to heap: text
int points_into(regex **r) { char text[] = "("; struct error e;
    onig_new(r, text, text + 1, 0, 0, 0, &e); line = (char *)e.at; return 1; }

static int counts(const char *name, const char *end, int groups, int *group,
                  regex *r, void *argument)
{ return ++*(int *)argument; }
int calls_back(regex *r) { int n = 0; return onig_foreach_name(r, counts, &n); }

static int takes(const char *name, const char *end, int groups, int *group,
                 regex *r, void *argument)
{ kept = argument; return 0; }
// CHECK: :[[#@LINE+1]]:{{.*}}: moved to heap: n
int is_kept(regex *r) { int n = 0; return onig_foreach_name(r, takes, &n); }

// CHECK: :[[#@LINE+1]]:{{.*}}: moved to heap: n
int calls(regex *r, void *f) { int n = 0; return onig_foreach_name(r, f, &n); }

// CHECK: :[[#@LINE+1]]:{{.*}}: moved to heap: n, unless onig_unheard keeps
int unheard(void) { int n = 0; return onig_unheard(&n); }

unsigned long sum(void) { char a[4] = "abc"; return crc32(0, a, 3); }

/* The unit's own. */
int onig_name_to_backref_number(regex *r, const char *a, const char *b, void *p)
{ kept = p; return 0; }
// CHECK: :[[#@LINE+1]]:{{.*}}: moved to heap: n
int own(regex *r) { int n; return onig_name_to_backref_number(r, 0, 0, &n) + n; }
