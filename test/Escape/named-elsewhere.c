// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -w -O2 -report-escapes -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %escc -w -O2 -fopenmp -fescc-emit-source -c %s | FileCheck %s --check-prefix=TEXT
/* Functions that are called, and variables that are read and assigned, where no
 * C text says so: by an alias, a weak reference, a cleanup, assembly, a
 * reduction of OpenMP's.  What a static variable of these holds others see, and
 * numbers in them, or that such a function gets, may be pointers: storing one
 * needs a barrier. */

long word;

/* ---- variables ----------------------------------------------------------- */

static int *aliased;
extern int *other_name __attribute__((alias("ali" "ased")));

void by_alias(void)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: in_aliased
    int in_aliased = 1;
    aliased = &in_aliased;
    in_aliased++;
}

static int *set, *read;
__asm__(".globl set_elsewhere\n.set set_elsewhere, set");

void by_assembly(void)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: in_set
    int in_set = 1;
    set = &in_set;
    in_set++;
}

int *by_statement(void)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: in_read
    int in_read = 1, *found;
    read = &in_read;
    in_read++;
    __asm__ volatile("mov read(%%rip), %0" : "=r"(found));
    return found;
}

static int *marked __attribute__((used));

void by_attribute(void)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: in_marked
    int in_marked = 1;
    marked = &in_marked;
    in_marked++;
}

/* ---- numbers ------------------------------------------------------------- */

static long number;
__asm__(".globl number_elsewhere\n.set number_elsewhere, number");
// TEXT: void read_number(void) {{.*}}__escc_shade
void read_number(void) { word = number; }

// TEXT: static void cleans(long *from) {{.*}}__escc_shade
static void cleans(long *from) { word = from[0]; }

void by_cleanup(int *p)
{
    __attribute__((cleanup(cleans))) long held = (long)p;
}

static void refers(long);
static void reference(long) __attribute__((weakref("refers")));
// TEXT: static void refers(long from) {{.*}}__escc_shade
static void refers(long from) { word = from; }
void by_reference(int *p) { reference((long)p); }

// TEXT: static void renamed(long from) {{.*}}__escc_shade
static void renamed(long from) { word = from; }
__asm__(".set renamed_elsewhere, renamed");
extern void renamed_elsewhere(long);
void by_other_name(int *p) { renamed_elsewhere((long)p); }

// TEXT: static void joins(long *to, long from) {{.*}}__escc_shade
static void joins(long *to, long from) { word = from; }
#pragma omp declare reduction(join:long : joins(&omp_out, omp_in))

/* Nobody else has these. */
static long own;
// TEXT: void read_own(void) { word = own; }
void read_own(void) { word = own; }
// TEXT: static void called(long from) { word = from; }
static void called(long from) { word = from; }
void calls(void) { called(own); }
