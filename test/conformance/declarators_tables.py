# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the programs of declarators.py are made of: a prelude, kinds of locals and
parameters, and the places where a name may stand.

In all tables `@` is the name of the local that is in question; it is declared, and its
address has escaped, in a block around the place.  Besides, in a text

    $D  a digit 1-9                  $u  a number of this place, for names of its own
    $K  an integer constant expression that names @ (1 to 200), $= the value of the last one
    $Z  the size of @ as a number    $Y  a pointer to the type of @, spelled without @
    $T  a type that names @          $V  an integer expression that names @
    $L  the last named parameter     $A  64 or 32, as a constant expression that names @
    P(  prints, with the place's name
"""

PRELUDE = r'''
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int zcell_t;
typedef int zlist_t[6];
typedef int zv4si __attribute__((vector_size(16)));
struct zpair { int a; long b; char c[9]; };
struct zbig { char a[200]; };
struct znode { struct znode *next; int v; };
enum zhue { ZRED, ZGREEN = 5, ZBLUE };
int zglobal = 77;
static int zcells[20] = { 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4 };
static char ztext[] = "the quick brown fox jumps over the lazy dog";
static struct zbig zbytes[2] __attribute__((aligned(64))) = { { { 1, 2, 3, [40] = 4, [199] = 5 } } };
static int zadd1(int n) { return n + 1; }
static int ztwice(int n) { return 2 * n; }
int zsum5(int (*a)[5]) { return (*a)[0] + (*a)[1] + (*a)[4]; }
static int zpair_sum(struct zpair p) { return p.a + (int)p.b + p.c[0]; }
static struct zpair zmake(int n) { return (struct zpair){ n, n * 2, { n, 1 } }; }
static int *zheap(int n)
{
    int *p = malloc(5 * sizeof *p);
    if (!p)
        abort();
    for (int i = 0; i < 5; i++)
        p[i] = n + i;
    return p;
}
/* Where addresses go: nothing is read through what is here when a function has returned. */
static const volatile void *volatile zkept[16];
static unsigned zcount;
__attribute__((noinline)) void zkeep(const volatile void *p)
{
    zkept[zcount++ % 16] = p;
    free(malloc(24));
}
static int *zheld;
__attribute__((noinline)) void zbump(void) { ++*zheld; }
static void zP(const char *what, long long value) { printf("%s %lld\n", what, value); }
static void zdrop(int *p) { zP("cleanup", *p); }
#define ZSIZE(e) sizeof(e)
#define ZTYPE(e) __typeof__(e)
#define ZPASTE(a, b) a##b
'''

# Few, so that they hide each other often.  The tables use none of them for anything else.
NAMES = ['buf', 'len', 'it', 'next', 'val', 'num', 'p', 's', 'w', 'h', 'o', 'idx']
# Names that mean something elsewhere: attributes, words of pragmas, functions of libc, what
# the prelude has at file scope, keywords with a letter more.
ODD_NAMES = ['unused', 'aligned', 'packed', 'cleanup', 'assume', 'push', 'diagnostic', 'loop', 'unroll_count',
             'printf', 'memcpy', 'malloc', 'main', 'zglobal', 'zcell_t', 'ZRED', 'sizeof_', 'gnu', 'GCC',
             'STDC', 'index', 'stdout_', 'x__h', 'vector_size', 'noinline', '_', 'annotate', 'caf\\u00e9']


class Kind:
    """A kind of local.  text: its declaration, size and align of the type (None: known only
    when the program runs), traits: what places may ask for, values: integer expressions,
    constants: (constant expression, its value), pointer: the type of &@."""
    def __init__(self, text, size=None, align=None, traits='', values=(), constants=(), pointer=None, after=''):
        self.text, self.size, self.align, self.pointer, self.after = text, size, align, pointer, after
        self.traits, self.values, self.constants = set(traits.split()), list(values), list(constants)


INT = 'int integer any'       # a plain int that places may change
KINDS = [
    Kind('int @ = $D;', 4, 4, INT, ['@'], pointer='int *'),
    Kind('int @ = $D;', 4, 4, INT, ['@'], pointer='int *'),
    Kind('int @; @ = $D;', 4, 4, INT, ['@'], pointer='int *'),
    Kind('__auto_type @ = $D;', 4, 4, INT, ['@'], pointer='int *'),
    Kind('int volatile @ = $D;', 4, 4, 'integer any volatile', ['@'], pointer='volatile int *'),
    Kind('int @ __attribute__((aligned(32))) = $D;', 4, None, INT, ['@'], pointer='int *'),
    Kind('int unsigned @ = $D;', 4, 4, 'integer any', ['@', '(@ - 1)'], pointer='unsigned *'),
    Kind('short @ = $D;', 2, 2, 'integer any', ['@', '-@'], pointer='short *'),
    Kind('unsigned char @ = $D;', 1, 1, 'integer any', ['@'], pointer='unsigned char *'),
    Kind('long long int @ = $D;', 8, 8, 'integer any', ['@'], pointer='long long *'),
    Kind('_Bool @ = 1;', 1, 1, 'any', ['@'], pointer='_Bool *'),
    Kind('__int128 @ = $D;', 16, 16, 'any', ['(int)@'], pointer='__int128 *'),
    Kind('enum zhue @ = ZGREEN;', 4, 4, 'any', ['@'], pointer='enum zhue *'),
    Kind('enum { A$u = 3, B$u } @ = B$u;', 4, 4, 'any', ['@']),
    Kind('_Atomic int @ = $D;', 4, 4, 'any atomic', ['(@ + 0)']),
    Kind('double @ = $D;', 8, 8, 'any', ['(int)@'], pointer='double *'),
    Kind('float @ = $D;', 4, 4, 'any', ['(int)@'], pointer='float *'),
    Kind('_Complex double @ = $D + 2.0i;', 16, 8, 'any', ['(int)__real__ @', '(int)__imag__ @'], pointer='_Complex double *'),
    # What bounds may be: 5, and no place changes it.
    Kind('int @ = 5;', 4, 4, 'bound any', ['@'], pointer='int *'),
    Kind('int @ = 5;', 4, 4, 'bound any', ['@'], pointer='int *'),
    Kind('const int @ = zcells[4];', 4, 4, 'bound any const', ['@'], pointer='const int *'),
    Kind('const int @ = 5;', 4, 4, 'any const', ['@'], pointer='const int *'),
    Kind('long @ = zcells[4];', 8, 8, 'bound any', ['@'], pointer='long *'),
    # arrays
    Kind('char @[40] = "hello";', 40, 1, 'array any', ['@[1]', '*@'], [('sizeof @[0]', 1), ('sizeof @ / sizeof *@', 40)], 'char (*)[40]'),
    Kind('char @[] = "some" "text";', 9, 1, 'array any', ['@[1]', '2[@]'], [('sizeof (@)[0]', 1)], 'char (*)[9]'),
    Kind('int @[5] = { 1, 2, [4] = $D };', 20, 4, 'array any', ['@[1]', '*@', '@[4]'], [('sizeof @[0]', 4), ('sizeof @ / sizeof(@[0])', 5)], 'int (*)[5]'),
    Kind('int @[] = { $D, 2, [6] = 3 };', 28, 4, 'array any', ['@[6]', '(@)[0]'], [('sizeof *@', 4)], 'int (*)[7]'),
    Kind('short @[3][4] = { { 1, 2 }, [2] = { [3] = $D } };', 24, 2, 'any', ['@[2][3]', '**@', '(*@)[1]'], [('sizeof @[0]', 8), ('sizeof @[0][0]', 2)], 'short (*)[3][4]'),
    Kind('long @[][2] = { { 1 }, { 2, $D }, { 3 } };', 48, 8, 'any', ['@[1][1]', '@[2][0]'], [('sizeof @[0]', 16)], 'long (*)[3][2]'),
    Kind('zlist_t @ = { 1, $D, 3 };', 24, 4, 'array any', ['@[1]'], pointer='int (*)[6]'),
    Kind('const char @[13] = "constant";', 13, 1, 'any const', ['@[2]'], pointer='const char (*)[13]'),
    Kind('_Alignas(64) char @[3] = { 1, $D };', 3, None, 'any array', ['@[1]'], pointer='char (*)[3]'),
    Kind('__attribute__((aligned(128))) short @[7] = { $D };', 14, None, 'any array', ['@[0]'], pointer='short (*)[7]'),
    Kind('zv4si @ = { 1, 2, 3, $D };', 16, 16, 'any', ['@[1]'], pointer='zv4si *'),
    # structs and unions
    Kind('struct zpair @ = { .b = $D, .c = "text", .a = 4 };', 32, 8, 'pair struct any', ['@.a', '(&@)->a', '(*&@).c[1]'],
         [('sizeof @.c', 9), ('__builtin_offsetof(__typeof__(@), c)', 16), ('sizeof(@.c[0])', 1), ('sizeof (&@)->c', 9)], 'struct zpair *'),
    Kind('struct zpair @ = zmake($D);', 32, 8, 'pair struct any', ['@.a'], [('sizeof(@).c', 9)], 'struct zpair *'),
    Kind('struct { short a; char b[5]; } @ = { $D, "ab" };', 8, 2, 'struct any', ['@.a', '@.b[1]'], [('sizeof @.b', 5), ('__builtin_offsetof(__typeof__(@), b[2])', 4)]),
    Kind('struct s$u { short a; char b[9]; } @ = { $D, "ab" };', 12, 2, 'struct any', ['@.a', '@.b[1]'], [('sizeof @.b', 9)], 'struct s$u *'),
    Kind('struct { int @, k[3]; } @ = { $D, { 1, 2 } };', 16, 4, 'struct any', ['@.@', '@.k[1]'], [('sizeof @.k', 12), ('__builtin_offsetof(__typeof__(@), k)', 4)]),
    Kind('union { int i; char c[11]; } @ = { .i = $D };', 12, 4, 'any struct', ['@.i'], [('sizeof @.c', 11)]),
    Kind('struct { union { int a; char r[11]; }; struct { short b, c; }; } @ = { { $D }, { 2, 3 } };', 16, 4, 'any struct', ['@.a', '@.c'], [('sizeof @.r', 11), ('__builtin_offsetof(__typeof__(@), c)', 14)]),
    Kind('struct { unsigned a : 5, b : 9; int c : 3; long d; } @ = { $D, 300, -1, 4 };', 16, 8, 'any struct', ['@.a', '@.b', '@.c']),
    Kind('struct __attribute__((packed)) { char a; int b; } @ = { 1, $D };', 5, 1, 'any struct', ['@.b']),
    Kind('struct { int n; char tail[]; } @ = { $D };', 4, 4, 'any', ['@.n']),
    Kind('struct znode @ = { &@, $D };', 16, 8, 'any', ['@.v', '@.next->v', '@.next->next->v'], [('sizeof @.v', 4)], 'struct znode *'),
    Kind('struct zpair @[2] = { [1] = { .a = $D } };', 64, 8, 'any', ['@[1].a', '@->a'], [('sizeof @[0].c', 9), ('sizeof @->c', 9)], 'struct zpair (*)[2]'),
    # pointers
    Kind('int *@ = &zcells[2];', 8, 8, 'any', ['*@', '@[1]', '*(@ + 2)'], [('sizeof *@', 4)], 'int **'),
    Kind('int *@ = zheap($D);', 8, 8, 'any', ['*@', '@[4]'], [('sizeof *@', 4)], 'int **'),
    Kind('int *const @ = (int[6]){ 1, $D };', 8, 8, 'any const', ['@[1]'], [('sizeof @[0]', 4)], 'int *const *'),
    Kind('struct zpair *@ = &(struct zpair){ .a = $D };', 8, 8, 'any', ['@->a', '(*@).a'], [('sizeof *@', 32), ('sizeof @->c', 9)], 'struct zpair **'),
    Kind('int (*@)[5] = (int (*)[5])zcells;', 8, 8, 'any', ['(*@)[1]', '@[1][1]'], [('sizeof *@', 20), ('sizeof **@', 4)], 'int (**)[5]'),
    Kind('int (*@[2])[3] = { 0, (int (*)[3])zcells };', 16, 8, 'any', ['(*@[1])[1]'], [('sizeof *@[0]', 12)], 'int (*(*)[2])[3]'),
    Kind('int (*@)(int) = zadd1;', 8, 8, 'any', ['@($D)', '(*@)($D)', '(**@)(2)'], [('sizeof @(1)', 4)], 'int (**)(int)'),
    Kind('int (*@[3])(int) = { zadd1, ztwice, zadd1 };', 24, 8, 'any', ['@[1]($D)', '(*@[0])(2)'], [('sizeof @[0]', 8)], 'int (*(*)[3])(int)'),
    Kind('char *@ = ztext, *@_$u[2] = { ztext, ztext + 1 }, (*@1_$u)[5] = 0;', 8, 8, 'any', ['*@', '@[2]', '*@_$u[1]'], [('sizeof *@1_$u', 5)], 'char **', 'zkeep(@_$u); zkeep(&@1_$u);'),
    # several declarators
    Kind('int @ = $D, @_$u[3] = { @ }, *@2_$u = &@, (*@3_$u)(int) = ztwice;', 4, 4, 'any', ['@', '@_$u[0]', '*@2_$u', '@3_$u(@)'], [('sizeof @_$u', 12), ('sizeof *@2_$u', 4)], 'int *', 'zkeep(@_$u); zkeep(&@2_$u); zkeep(&@3_$u);'),
    Kind('static int @_$u = 3; int @ = @_$u;', 4, 4, INT, ['@'], pointer='int *'),
    Kind('int @_$u[7] = { 2 }, @[sizeof @_$u] = { [sizeof(@_$u) - 1] = $D };', 112, 4, 'any', ['@[27]', '@_$u[0]'], [('sizeof @_$u', 28)], 'int (*)[28]', 'zkeep(@_$u);'),
    Kind('char @_$u[17] = ""; __typeof__(@_$u) @ = { $D };', 17, 1, 'any', ['@[0]'], [('sizeof @_$u', 17)], 'char (*)[17]', 'zkeep(@_$u);'),
]

# These follow a bound, whose name is B.
VARIABLE_KINDS = [
    Kind('int @[B]; for (int z = 0; z < B; z++) @[z] = z + $D;', traits='vm', values=['@[1]', '*@', '@[4]', '(int)(sizeof @ / sizeof *@)']),
    Kind('char @[2][B + 1]; memset(@, $D, sizeof @);', traits='vm', values=['@[1][3]', '(int)sizeof @[0]', '(int)sizeof @']),
    Kind('int (*@)[B] = (int (*)[B])zcells;', 8, 8, traits='vm', values=['(*@)[2]', '@[1][1]', '(int)sizeof *@']),
    Kind('int (*@[2])[B] = { (int (*)[B])zcells, 0 };', 16, 8, traits='vm', values=['(*@[0])[2]', '(int)sizeof *@[1]']),
    Kind('typedef int t$u[B]; t$u @; for (int z = 0; z < B; z++) @[z] = z;', traits='vm', values=['@[2]', '(int)sizeof(t$u)']),
    Kind('int @_$u[B], (*@)[B] = &@_$u; for (int z = 0; z < B; z++) (*@)[z] = z;', 8, 8, traits='vm', values=['(*@)[2]', '@_$u[2]', '(int)sizeof *@'], after='zkeep(@_$u);'),
    Kind('int @_$u[B * 2]; __typeof__(@_$u) @; @[0] = 4, @_$u[1] = 3;', traits='vm', values=['@[0]', '@_$u[1]', '(int)sizeof @'], after='zkeep(@_$u);'),
    Kind('struct { int l; long m[2]; } @[B]; for (int z = 0; z < B; z++) @[z].l = z;', traits='vm', values=['@[3].l', '(@ + 2)->l', '(int)sizeof *@']),
]

# (declaration, argument, kind).  O: an earlier parameter that is 5.
PARAMETERS = [
    ('int @', '$D', Kind('', 4, 4, INT, ['@'], pointer='int *')),
    ('short @', '$D', Kind('', 2, 2, 'integer any', ['@'], pointer='short *')),
    ('char @', '$D', Kind('', 1, 1, 'integer any', ['@'], pointer='char *')),
    ('float @', '$D.0', Kind('', 4, 4, 'any', ['(int)@'], pointer='float *')),
    ('struct zpair @', 'zmake($D)', Kind('', 32, 8, 'pair struct any', ['@.a', '@.c[0]'], [('sizeof @.c', 9)], 'struct zpair *')),
    ('char *@', 'ztext', Kind('', 8, 8, 'any', ['*@', '@[2]'], [('sizeof *@', 1)], 'char **')),
    ('int @[7]', 'zcells', Kind('', 8, 8, 'any', ['*@', '@[2]'], [('sizeof @[0]', 4)], 'int **')),
    ('int @[][2]', '(int (*)[2])zcells', Kind('', 8, 8, 'any', ['@[1][1]'], [('sizeof *@', 8)], 'int (**)[2]')),
    ('int @(int)', 'zadd1', Kind('', 8, 8, 'any', ['@(3)', '(*@)(4)'], pointer='int (**)(int)')),
    ('int (*@)(int)', 'ztwice', Kind('', 8, 8, 'any', ['@(3)'], pointer='int (**)(int)')),
    ('double @', '$D.0', Kind('', 8, 8, 'any', ['(int)@'], pointer='double *')),
]
LATER_PARAMETERS = [      # only in prototypes; to clang even `int @[O]` is variably modified
    ('int (*@)[O]', '(int (*)[5])zcells', Kind('', 8, 8, 'vm', ['(*@)[2]', '@[1][1]', '(int)sizeof *@'])),
    ('int @[O]', 'zcells', Kind('', traits='any', values=['@[1]'])),
    ('int @[static O]', 'zcells', Kind('', traits='any', values=['@[1]'])),
    ('int @[const sizeof O]', 'zcells', Kind('', 8, 8, 'any const', ['@[1]'], pointer='int *const *')),
    ('int @[O][O + 1]', '(int (*)[6])zcells', Kind('', 8, 8, 'vm', ['@[1][1]', '(int)sizeof *@'])),
    ('char (*@)[sizeof O]', '(char (*)[4])ztext', Kind('', 8, 8, 'any', ['(*@)[2]'], [('sizeof *@', 4)], 'char (**)[4]')),
    ('__typeof__(O) @', '$D', Kind('', 4, 4, 'any', ['@'], pointer='int *')),
    ('__typeof__(&O) @', '&zcells[3]', Kind('', 8, 8, 'any', ['*@'], pointer='int **')),
    ('int (*@)(int (*)[O])', 'zsum5', Kind('', 8, 8, 'vm', ['@((int (*)[5])zcells)'])),
    ('struct zbig (*@)[sizeof(O) / 2]', '&zbytes', Kind('', 8, 8, 'any', ['(*@)[0].a[1]'], [('sizeof *@', 400)])),
    ('__attribute__((unused)) int const @', '$D', Kind('', 4, 4, 'any const', ['@'], pointer='const int *')),
]

# Constant expressions that name @, made of one (K) that does; with their values.
CONSTANTS = [
    ('sizeof(char[K])', lambda k: k), ('sizeof(struct { char m[K]; })', lambda k: k),
    ('sizeof(__typeof__(char[K]))', lambda k: k), ('sizeof(*(char (*)[K])0)', lambda k: k),
    ('_Generic(&@, default: K)', lambda k: k), ('__builtin_choose_expr(1, K, 0)', lambda k: k),
    ('__builtin_choose_expr(K > 0, K, @)', lambda k: k),
    ('(K > 3 ? K : 4)', lambda k: k if k > 3 else 4), ('(int)(K)', lambda k: k), ('sizeof(union { char q[K], @; })', lambda k: k),
    ('__builtin_offsetof(struct { char q[K]; char @; }, @)', lambda k: k), ('sizeof(int (*(*)[K])(void))', lambda k: 8),
    ('sizeof(((struct { char x[K]; char y; } *)0)->x)', lambda k: k), ('sizeof((char[K]){0})', lambda k: k),
    ('__builtin_offsetof(struct zbig, a[K])', lambda k: k), ('sizeof(int (*(*)(char (*)[K]))[2])', lambda k: 8),
    ('_Alignof(struct { char c; _Alignas(K > 8 ? 16 : 32) char d; })', lambda k: 16 if k > 8 else 32),
    ('sizeof(*((char (*(*)(void))[K])0)())', lambda k: k), ('(__builtin_types_compatible_p(char[K], char[3]) + 1)', lambda k: (k == 3) + 1),
    ('_Generic((char (*)[K])0, char (*)[40]: 2, default: 3)', lambda k: 2 if k == 40 else 3),
    ('__builtin_constant_p(K)', lambda k: 1), ('sizeof(__typeof__(({ char z[K]; &z; })))', lambda k: 8),
    ('sizeof(__typeof__(*({ char (*@)[K]; @; })))', lambda k: k),
    ('sizeof(zlist_t) / sizeof(int) + K', lambda k: 6 + k), ('ZSIZE(char[K])', lambda k: k), ('sizeof(ZTYPE(char[K]))', lambda k: k),
    ('sizeof(struct { _Static_assert(K == $=, "@"); char z[K]; })', lambda k: k),
]
TYPES = ['__typeof__(@)', '__typeof__(*&@)', '__typeof(@)', '__typeof__(__typeof__(@))', '__typeof__((@))', '__typeof__(({ @; }))',
         'ZTYPE(@)', 'struct { __typeof__(@) z; char y; }', 'char[K]', 'char (*)[K]', 'int (*(*)[K])(void)', 'struct { char c[K]; int @; }',
         'int (*)(char (*)[K])', 'union { char c[K]; __typeof__(@) d; }', '__typeof__(&@)', '__typeof__(@) *', '__typeof__(__typeof__(@) *)',
         '__typeof__(@)[2]', '__typeof__(@) *(*)(__typeof__(@) *)', 'char (*(*)(int @, char (*)[sizeof @]))[K]']
BOUND = Kind('', 4, 4, 'bound any', ['@'], pointer='int *')
