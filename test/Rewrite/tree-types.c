// Layout: sizes, what may hold a pointer, and the stride of declared ones.
// RUN: %clang -E %s -o t.i
// RUN: %rewrite -fescc-dump-tree -fescc-verify-output t.i -- -w | FileCheck %s
#include <complex.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>

struct narrow { int a; short b[7]; float f; double d[4]; char c[7]; };
struct __attribute__((packed)) event { uint32_t mask; void *data; };
struct __attribute__((packed)) odd { char tag; struct event e; };
struct recursive { struct recursive *next, *const *all; };
struct bits { long tagged : 48, small : 16; };
struct small_bits { long a : 20, b : 20; };
union word { char bytes[8]; double d; };
union half { char bytes[4]; float f; };
typedef int v4 __attribute__((vector_size(16)));
typedef float vf __attribute__((vector_size(16)));

int i; long l; char c; void *p; double d; _Bool b; __int128 wide;
// CHECK: i#{{[0-9]+}} 'int' uses=0 size=4 noscan
// CHECK: l#{{[0-9]+}} 'long' uses=0 size=8 conservative
// CHECK: c#{{[0-9]+}} 'char' uses=0 size=1 noscan
// CHECK: p#{{[0-9]+}} 'void *' uses=0 size=8 pointers/8
// CHECK: d#{{[0-9]+}} 'double' uses=0 size=8 noscan
// CHECK: b#{{[0-9]+}} '_Bool' uses=0 size=1 noscan
// CHECK: wide#{{[0-9]+}} '__int128' uses=0 size=16 conservative
char text[8], short_text[7]; int ints[9], *pointers[3]; uintptr_t smuggled[2];
// CHECK: text#{{.*}} size=8 conservative
// CHECK: short_text#{{.*}} size=7 noscan
// CHECK: ints#{{.*}} size=36 noscan
// CHECK: pointers#{{.*}} size=24 pointers/8
// CHECK: smuggled#{{.*}} size=16 conservative
struct narrow narrow; struct event event; struct odd odd; struct event events[2];
// CHECK: narrow#{{.*}} size=64 noscan
// CHECK: event#{{.*}} size=12 pointers/4
// CHECK: odd#{{.*}} size=13 pointers/1
// CHECK: events#{{.*}} size=24 pointers/4
struct recursive recursive; struct bits bits; struct small_bits small_bits;
// CHECK: recursive#{{.*}} size=16 pointers/8
// CHECK: bits#{{.*}} size=8 conservative
// CHECK: small_bits#{{.*}} size=8 noscan
union word word; union half half; v4 vector; vf floats; double complex z;
// CHECK: word#{{.*}} size=8 conservative
// CHECK: half#{{.*}} size=4 noscan
// CHECK: vector#{{.*}} size=16 conservative
// CHECK: floats#{{.*}} size=16 noscan
// CHECK: z#{{.*}} size=16 noscan
struct recursive *_Atomic atomic; const volatile long qualified; va_list list;
// CHECK: atomic#{{[0-9]+}} 'struct recursive *_Atomic' uses=0 size=8 pointers/8
// CHECK: qualified#{{[0-9]+}} 'const volatile long' uses=0 size=8 conservative
// CHECK: list#{{.*}} va_list uses=0 size=24 pointers/8
extern struct incomplete incomplete; extern char open[]; int (*function)(int);
// CHECK: incomplete#{{[0-9]+}} 'struct incomplete' uses=0 conservative
// CHECK: open#{{[0-9]+}} 'char[]' uses=0 conservative
// CHECK: function#{{[0-9]+}} 'int (*)(int)' uses=0 size=8 pointers/8
