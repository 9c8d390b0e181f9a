# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The places where a name may stand, for declarators.py; declarators_tables.py says what the
letters mean.

A line is NAME: NEEDS: TEXT, each text a block of its own.  Needs are traits of the local's
kind, and
    fixed     the size is known           type     the type can be spelled
    label     the name is no label yet    jumps    a function without variable arrays
    variadic  the function has variable arguments: 41, zbytes[0], (int (*)[5])zcells
    outside   not in a statement expression
    plain     the name is a short one
A backslash starts a line in the program.
"""
import re

TEXT = r'''
sizeof: fixed: P($K); P($K);
sizeof: fixed: P(sizeof @ + sizeof(@) + sizeof((@)) + sizeof *&@);
sizeof: any: P(sizeof @); P(sizeof(__typeof__(@))); P(sizeof &@); P(ZSIZE(@));
sizeof: vm: P(sizeof @); P(sizeof(__typeof__(@))); P(sizeof *&@);
sizeof: int: P(sizeof @++ + sizeof(@ = 3) + sizeof -@ + sizeof !@); P(@);
sizeof: int: P(sizeof(char[(@ & 7) + 1])); P(sizeof(int[(@++ & 3) + 1])); P(@);
sizeof: bound: P(sizeof(int[@])); P(sizeof(int[2][@ + 1])); P(sizeof(char (*)[@])); P(sizeof *(char (*)[@])0);
sizeof: array: P(sizeof @ / sizeof @[0]); P(sizeof (@)[0]); P(sizeof *@); P(sizeof @[1] + 1);
sizeof: fixed: P(sizeof($T));
sizeof: struct fixed: P(sizeof(@) - 1); P(sizeof (@) + -1); P(sizeof(@) * 2); P(sizeof(struct { __typeof__(@) a, b; }));
typeof: fixed: $T *t$u = 0; P(sizeof t$u); P(sizeof *t$u);
typeof: any: __typeof__(&@) t$u = &@; P(t$u == &@); P(sizeof *t$u);
typeof: vm: __typeof__(&@) t$u = &@; P(t$u == &@); P(sizeof *t$u); P($V);
typeof: any: __typeof__(@) *t$u[2] = { &@, &@ }, **u$u = t$u; P(*u$u == &@);
typeof: any: typedef __typeof__(@) y$u; y$u *t$u = &@; P(sizeof(y$u) + (t$u == &@));
typeof: vm: typedef __typeof__(@) y$u; y$u *t$u = &@; P(sizeof(y$u) + (t$u == &@));
typeof: fixed: typedef __typeof__(@) @; @ *t$u = 0; P(sizeof *t$u); P(sizeof(@)); P(sizeof(@[3]));
typeof: integer: __typeof__(@) t$u = @, u$u = t$u; P(t$u + u$u); __typeof__(@ + 1) v$u = @ + 1; P(v$u);
typeof: int: __typeof__(@++) t$u = 1; P(@ + t$u); __typeof__(int[(@++ & 3) + 1]) u$u; P(sizeof u$u); P(@);
typeof: bound: __typeof__(int[@]) t$u; P(sizeof t$u); __typeof__(int (*)[@]) u$u = &t$u; P(sizeof *u$u); (*u$u)[1] = 3; P(t$u[1]);
typeof: fixed: struct { __typeof__(@) @; __typeof__(@) *y, z[2]; } t$u; P(sizeof t$u); P(sizeof t$u.@);
typeof: fixed: static __typeof__(@) *t$u; t$u = (__typeof__(@) *)&@; P(t$u == &@); t$u = 0;
typeof: fixed: extern __typeof__(@) e$u; P(sizeof e$u);
typeof: integer: __auto_type t$u = @; __auto_type u$u = &@; P(t$u); P(*u$u); P(sizeof *u$u);
typeof: integer: { __auto_type @_ = &@; __typeof__(@_) @ = @_; P(*@); }
alignof: any: P(__alignof__(@) > 0); P(_Alignof(__typeof__(@)));
alignof: fixed: P(__alignof__(@)); P(__alignof__ @); P(_Alignof($T)); P(__alignof(struct { char c; __typeof__(@) d; }));
alignas: fixed: _Alignas($A) char t$u[1]; P(__alignof__(t$u)); P((uintptr_t)t$u % 32); zkeep(t$u);
alignas: fixed: struct { _Alignas($A) char c; } t$u; P(sizeof t$u); P(_Alignof(__typeof__(t$u)));
alignas: fixed: _Alignas(__typeof__(@)) char t$u[40]; P(__alignof__(t$u));
alignas: fixed: _Alignas($K > 8 ? 16 : 32) _Alignas(__typeof__(@)) int t$u = $V; zkeep(&t$u); P(t$u); P(__alignof__(t$u));
alignas: fixed: int _Alignas($A) t$u = 3, u$u = 4; zkeep(&t$u); P(t$u + u$u); P(__alignof__(u$u));
aligned: fixed: char t$u[2] __attribute__((aligned($A))), u$u = 3; zkeep(t$u); P(__alignof__(t$u)); P(u$u);
aligned: fixed: __attribute__((aligned($A), unused)) char t$u; P(__alignof__(t$u));
aligned: fixed: char __attribute__((__aligned__($A))) t$u; P(__alignof__(t$u));
aligned: fixed: struct __attribute__((aligned($A))) s$u { char c; }; P(sizeof(struct s$u));
aligned: fixed: struct s$u { char c; } __attribute__((aligned($A))); struct s$u t$u = { 1 }; zkeep(&t$u); P(sizeof(struct s$u) + t$u.c);
aligned: fixed: struct { char c, d __attribute__((aligned($A))); int @; } t$u; P(sizeof t$u); P(__builtin_offsetof(__typeof__(t$u), d));
aligned: fixed: typedef char y$u __attribute__((aligned($A))); P(_Alignof(y$u));
aligned: fixed: union { char c; } __attribute__((aligned($A), packed)) t$u; P(sizeof t$u);
aligned: fixed: P(sizeof(struct { char c __attribute__((aligned($A))); }));
aligned: fixed: struct { char c; int b : $K % 9 + 1 __attribute__((aligned($A))); } t$u; P(sizeof t$u);
vector: fixed: typedef float y$u __attribute__((vector_size($A))); P(sizeof(y$u)); y$u t$u = { 1, 2, 3 }; P(t$u[1]);
vector: fixed: int __attribute__((vector_size($A))) t$u = { 1, 2, 3, 4 }; zkeep(&t$u); P(t$u[2]); P(sizeof t$u);
vector: fixed: P(sizeof(__attribute__((vector_size($A))) short));
function: fixed: extern int (*f$u(void))[$K]; P(sizeof *f$u());
function: fixed: char (*f$u(char (*)[$K], int))[$K]; P(sizeof *f$u(0, 0));
function: fixed: int f$u(int, char (*)[$K]); P(_Generic(f$u, int (*)(int, char (*)[$=]): 1, default: 2));
function: fixed: int f$u(int, char (*)(char (*)[$K])); P(_Generic(f$u, int (*)(int, char (*)(char (*)[$=])): 1, default: 2));
function: fixed: extern __typeof__(@) *f$u(__typeof__(@) *, ...); P(sizeof *f$u(0));
function: any: int f$u(int @, char (*q)[sizeof @], __typeof__(@) r); P(_Generic(f$u, int (*)(int, char (*)[4], int): 1, default: 2));
function: fixed: int f$u(char (*@)[sizeof(@)]); P(_Generic(f$u, int (*)(char (*)[$Z]): 1, default: 2));
function: fixed: int f$u(char (*)[$K]), g$u = 3, *h$u(int [$K]); P(_Generic(f$u, int (*)(char (*)[$Z]): 1, default: 2)); P(g$u);
function: fixed: void f$u(int @, struct zbig @1[static sizeof @], __typeof__(@1) *@2); P(sizeof(&f$u));
function: fixed: extern struct s$u { char c[$K]; } f$u(struct zpair); P(sizeof f$u(zmake(1)));
function: fixed: typedef char (*y$u(int, char (*)[$K]))[$K]; extern y$u f$u; P(sizeof *f$u(1, 0));
function: bound: int f$u(int k, int a[k][@], char b[static @], int c[const @]); P(sizeof(&f$u));
function: bound: int f$u(int n, int (*a)[@][n]), g$u = 2; P(sizeof(&f$u) + g$u);
function: bound: extern int zsum5(int (*)[@]); P(zsum5((int (*)[@])zcells));
function: bound: int f$u(int @, char (*)[@]); P(_Generic(&f$u, int: 1, default: 2));
function: int: int f$u(int (*)[(@ & 3) + 1]); P(sizeof(&f$u)); P(@);
pointer-to-function: fixed: int (*t$u)(char (*)[$K]) = 0; P(_Generic(t$u, int (*)(char (*)[$=]): 1, default: 2));
pointer-to-function: fixed: char (*(*t$u)(void))[$K] = 0, *u$u = ztext; P(sizeof *t$u()); P(*u$u); zkeep(&t$u);
pointer-to-function: bound: int (*t$u)(int (*)[@]) = zsum5; P(t$u((int (*)[@])zcells)); zkeep(&t$u);
pointer-to-function: bound: int (*t$u[2])(int (*)[@]) = { zsum5, 0 }; zkeep(t$u); P(t$u[0]((int (*)[5])zcells));
pointer-to-function: fixed: int (*(*t$u)[$K])(char (*)[$K]) = 0; P(sizeof *t$u);
pointer-to-function: fixed: struct { char (*(*g)(void))[$K]; int (*f)(char (*)[$K]); } t$u = { 0 }; P(_Generic(t$u.f, int (*)(char (*)[$=]): 1, default: 2)); P(sizeof *t$u.g());
pointer-to-function: fixed: __typeof__(@) *(*t$u)(__typeof__(@) *, int) = 0; P(sizeof *t$u(0, 1));
pointer-to-function: fixed: int (*t$u)(int @, char (*)[sizeof @]) = 0; P(_Generic(t$u, int (*)(int, char (*)[4]): 1, default: 2));
pointer-to-function: fixed: int (*(*t$u)(int (*)(char (*)[$K])))(char (*)[$K]) = 0; P(_Generic(t$u(0), int (*)(char (*)[$=]): 1, default: 2));
pointer-to-function: fixed: P(sizeof(int (*)(struct { char c[$K]; } *))); P(sizeof(char (*(*)(void))[$K]));
pointer-to-function: bound: P(((int (*)(int (*)[@]))zsum5)((int (*)[@])zcells)); P(sizeof(int (*)(int [@])));
bounds: fixed: char t$u[$K], u$u[2][$K], (*v$u)[$K] = 0, (*(*w$u)[2])[$K] = 0; P(sizeof t$u); P(sizeof u$u[0]); P(sizeof *v$u); P(sizeof ***w$u); zkeep(&v$u); zkeep(&w$u);
bounds: bound: char t$u[@], (*v$u)[@] = &t$u, (*w$u[2])[@] = { v$u, v$u }; P(sizeof t$u + sizeof *w$u[0]); zkeep(t$u); zkeep(&v$u); zkeep(w$u); (*w$u[1])[2] = 4; P(t$u[2]);
bounds: bound: int t$u[2][@ + $D]; P(sizeof t$u[1]); zkeep(t$u); P(sizeof t$u / sizeof **t$u);
bounds: fixed: static char t$u[$K]; static int u$u = $K; P(sizeof t$u + u$u); zkeep(t$u);
bounds: bound: int (*t$u)[@] = (int (*)[@])zcells; zkeep(&t$u); P((*t$u)[2] + t$u[1][1]); t$u++; P((*t$u)[0]); P(sizeof *t$u);
bounds: bound: static int (*t$u)[5]; int (*u$u)[@] = (int (*)[@])zcells; t$u = u$u; P((*t$u)[@ - 1]); typedef int y$u[@][2]; P(sizeof(y$u));
bounds: integer: int t$u[(@ & 7) + 1]; P(sizeof t$u); t$u[@ & 0] = @; P(t$u[0]);
bounds: fixed: struct s$u { char @[$K]; struct { char b[$K]; } m[2]; int (*f)[$K]; } t$u; P(sizeof t$u.@); P(sizeof t$u.m[0]); P(sizeof *t$u.f);
bounds: fixed: extern char e$u[$K]; P(sizeof e$u); extern int d$u[2][$K]; P(sizeof d$u[0]);
cast: bound: P((*(int (*)[@])zcells)[2]); P(((int (*)[@])zcells)[1][1]); P(sizeof *(int (*)[@])zcells);
cast: fixed: P(sizeof *(char (*)[$K])zcells); P(($T *)&@ != 0);
cast: any: P((__typeof__(@) *)(void *)&@ == &@);
cast: integer: P((__typeof__(@))$D + 1); P((__typeof__(@))(@)); P((@) + 1); P((@) * 2); P(-(@)); P((int)(@)); P((@)-1); P(&*&@ == &@);
cast: fixed: P(((struct { char x[$K]; char y; } *)zbytes)->y); P((*(char (*)[2][$K])zbytes)[1][0]);
cast: vm: P((__typeof__(@) *)&@ == &@); P(sizeof(*(__typeof__(@) *)0));
compound-literal: fixed: P(sizeof((struct { char q[$K]; }){"x"})); P(((struct { int i; char q[$K]; }){ .i = $V }).i); P(((char[$K]){ 1 })[0]);
compound-literal: integer: P((__typeof__(@)){ @ }); P((__typeof__(@)[]){ @, @ }[1]); P((int[]){ @, [2] = @ }[2]); P((&(struct zpair){ .a = @ })->a);
compound-literal: any: P(((struct { int @; char q; }){ .@ = $V }).@); P(((struct { int y, @; }){ @: $V }).@);
compound-literal: fixed: int *t$u = (int[$K + 2]){ $V, 2 }; zkeep(t$u); P(t$u[0]); struct s$u { char @[$K]; } *u$u = &(struct s$u){ .@ = { [$= - 1] = 6 } }; zkeep(u$u); P(u$u->@[$= - 1]);
compound-literal: pair: P((__typeof__(@)){ .a = @.a }.a); P(((__typeof__(@)[2]){ @, @ })[1].a);
compound-literal: any: P(*(__typeof__(&@)[]){ &@ } == &@);
offsetof: fixed: P(__builtin_offsetof(struct { char q[$K]; char e; }, e)); P(__builtin_offsetof(struct zbig, a[$K]));
offsetof: any: P(__builtin_offsetof(struct { int q; char @; }, @)); struct @ { int z, @[3]; }; P(__builtin_offsetof(struct @, @[1])); P(__builtin_offsetof(struct @, @));
offsetof: integer: P(__builtin_offsetof(struct zbig, a[@ & 31])); P(__builtin_offsetof(struct { int l[9][4]; }, l[@ & 7][sizeof(@) & 3]));
offsetof: fixed: P(__builtin_offsetof(struct { __typeof__(@) @; char z[3]; }, z[sizeof(@) % 3]));
va_arg: int variadic: va_list ap; __builtin_va_start(ap, $L); P(__builtin_va_arg(ap, __typeof__(@))); __builtin_va_end(ap);
va_arg: fixed variadic: va_list ap; __builtin_va_start(ap, $L); P(__builtin_va_arg(ap, int)); P(__builtin_va_arg(ap, struct zbig).a[$K - 1]); P(sizeof(__builtin_va_arg(ap, struct { char c[$K]; }))); __builtin_va_end(ap);
va_arg: bound variadic: va_list ap; va_start(ap, $L); P(va_arg(ap, int)); (void)va_arg(ap, struct zbig); int (*t$u)[@] = va_arg(ap, int (*)[@]); P((*t$u)[2]); va_end(ap);
va_arg: any variadic: va_list ap; va_start(ap, $L); P(va_arg(ap, int) + $V); va_end(ap);
generic: type: P(_Generic(&@, $Y: 1, default: 2)); P(_Generic((__typeof__(@) *)0, $Y: 1, default: 2)); P(_Generic(($Y)0, __typeof__(&@): 1, default: 2));
generic: integer: P(_Generic(@, int: 1, char: 2, short: 3, long long: 4, unsigned char: 5, default: 6)); P(_Generic(@ + 1, int: @, default: @ + 1));
generic: fixed: P(_Generic((char (*)[$K])0, char (*)[$=]: 1, default: 2)); P(_Generic((char (*)[$Z])0, char (*)[sizeof @]: 1, default: 2));
generic: fixed: P(_Generic((int)0, char (*)[$K]: $V, int: $V + 1, default: 3));
generic: any: P(_Generic(1, int: $V, long: @)); P(_Generic(&@, default: 3, struct s$u { int @; }: 2));
generic: int: P(_Generic(@++, int: @, default: 2)); P(_Generic(@ = 2, default: @--)); P(@);
static-assert: fixed: _Static_assert($K == $=, "@"); struct s$u { _Static_assert($K == $=, "sizeof(@)"); char c; }; P(sizeof(struct s$u));
static-assert: fixed: _Static_assert(sizeof(@) == $Z, ""); P(1); _Static_assert(_Alignof(__typeof__(@)) <= 16, "@"); P($V);
static-assert: fixed: do { extern int (*f$u(void))[!!sizeof(struct { int z : (sizeof(@) == $Z) ? 2 : -1; })]; P(sizeof *f$u()); } while (0);
bit-field: fixed: struct { unsigned f : $K % 7 + 3, : $K % 3, g : sizeof(@) % 5 + 2; } t$u = { 5, 1 }; zkeep(&t$u); P(t$u.f); P(sizeof t$u); t$u.f = ~0u; P(t$u.f); t$u.g = ~0; P(t$u.g);
bit-field: fixed: P(sizeof(struct { int z : sizeof(@) == $Z ? 1 : 40 - 39; long q : $K % 30 + 1; })); struct { int @ : $K % 9 + 3; } t$u = { .@ = 3 }; P(t$u.@);
enumerator: fixed: enum { A$u = $K, B$u, C$u = sizeof(@) }; P(A$u + B$u + C$u);
enumerator: fixed: enum { @ = sizeof(@) + 1, D$u = @ }; P(@ + D$u);
enumerator: fixed: P(sizeof(enum { A$u = $K }) + A$u); enum { Z$u, @ = 4 + Z$u } t$u = @; P(t$u);
enumerator: fixed: enum @ { A$u = sizeof(@) }; enum @ t$u = A$u; P(t$u); zkeep(&t$u); P(sizeof(enum @));
case: fixed: switch ($Z) { case sizeof(@): P(1); break; default: P(2); }
case: fixed: switch ($Z + 1) { case sizeof @ ... sizeof(@) + 2: P(1); break; default: P($V); }
case: fixed: switch ($V) { case $K + 1000: P(1); break; case 2000 ... 2000 + sizeof(@): P(2); break; default: P(3); }
case: int: switch (@ & 3) { case 0: @++; case 1: @++; P(@); break; case sizeof(@) / 2 ... sizeof(@): P(@ + 100); }
designator: fixed: int t$u[420] = { [$K] = 7, [201 ... 210 + sizeof(@)] = 9 }; zkeep(t$u); P(t$u[$=] + t$u[210 + $Z]);
designator: fixed: struct { int @[9]; } t$u = { .@[$K % 9] = 5, .@[2 ... sizeof(@) % 7 + 2] = 6 }; zkeep(&t$u); P(t$u.@[0] + t$u.@[2] * 100 + t$u.@[8] * 1000);
designator: fixed: char t$u[][3] = { [sizeof @] = { [1] = 5 }, [0][2] = 4 }; P(sizeof t$u); P(t$u[$Z][1]);
designator: fixed: static const int t$u[] = { [$K] = 3, [sizeof(@) + 200] 4 }; P(sizeof t$u); P(t$u[$=]);
compatible: type: P(__builtin_types_compatible_p(__typeof__(&@), $Y)); P(__builtin_types_compatible_p(__typeof__(@) *, $Y));
compatible: fixed: P(__builtin_types_compatible_p(char[$Z], char[sizeof @])); P(__builtin_types_compatible_p(char (*)[$K], char (*)[$=]));
choose-expr: fixed: P(__builtin_choose_expr($K > 8, $V, $V + 100)); P(sizeof(__builtin_choose_expr(sizeof(@) == $Z, (char)1, @)));
choose-expr: int: P(__builtin_choose_expr(1, @, @++)); P(__builtin_choose_expr(0, @++, @ + 1)); P(@);
constant_p: fixed: P(__builtin_constant_p($K)); P(__builtin_constant_p(sizeof(@)) ? sizeof(@) : 0);
constant_p: int: P((__builtin_constant_p(@++), @));
object-size: any: P(__builtin_object_size(&@, 0) >= sizeof @); P(__builtin_object_size(&@, 1) > 0);
asm: int: asm volatile("" : "+r"(@)); P(@); asm volatile("" : "+m"(@)); P(@); asm("mov %1, %0" : "=r"(@) : "r"(@ + 1)); P(@);
asm: int: asm("incl %0" : "+m"(@)); P(@); asm("incl %0" : "=r"(@) : "0"(@)); P(@);
asm: fixed: long t$u; asm("mov %1, %0" : "=r"(t$u) : "i"(sizeof(@))); P(t$u); asm("mov %[k], %0" : "=r"(t$u) : [k] "n"($K)); P(t$u);
asm: fixed plain: long t$u = 1; asm("add %[@], %[t]" : [t] "+r"(t$u) : [@] "i"(sizeof(@))); P(t$u);
asm: any: asm volatile("" : : "m"(@), "r"(&@) : "memory"); P($V);
asm: fixed: long t$u; asm("mov %1, %0" : "=r"(t$u) : "m"(*(long (*)[$K])zbytes)); P(t$u);
cleanup: outside: int t$u __attribute__((cleanup(zdrop))) = $V; P(t$u);
cleanup: fixed outside: __attribute__((cleanup(zdrop))) int t$u = $K, u$u __attribute__((cleanup(zdrop), aligned($A))) = $V; P(t$u + u$u);
assume: bound: __attribute__((assume(@ == 5))); P(@ == 5 ? 1 : 2);
assume: fixed: __attribute__((assume(sizeof(@) == $Z))); P($V);
statement-expression: fixed: P(({ $T *t$u = 0; sizeof *t$u; })); P(({ struct { char z[$K]; } z; sizeof z; }));
statement-expression: any: P(({ int @ = $D; @ + 1; })); P(({ __typeof__(@) *@ = 0; sizeof *@; })); P(sizeof(({ int t$u = $V; t$u; })));
statement-expression: integer: P(({ @; })); P(({ __typeof__(@) t$u = @; zkeep(&t$u); t$u + ({ @; }); })); P(({ int t$u = @, @ = t$u + 1; zkeep(&@); @; }));
statement-expression: vm: P(({ __typeof__(@) *t$u = &@; sizeof *t$u; })); P($V);
statement-expression: int: P(({ __label__ @; if (@ & 1) goto @; @ += 3; @: @++; }));
label: label: goto @; P(0); @: P(1);
label: label: int t$u = 0; @: P(t$u + $V); if (t$u++ < 2) goto @;
label: label jumps outside: static void *const t$u[] = { &&@, &&l$u }; goto *t$u[1]; @: P(1); goto m$u; l$u: P(2); goto @; m$u: P($V);
label: label jumps outside: P(&&@ != 0); if (zcount) goto @; P(0); @: P(__builtin_constant_p(&&@ - &&@) >= 0);
label: any: __label__ @, l$u; goto @; P(0); @: P($V); l$u:;
jump: any: int c$u = 0; again$u:; char @[9] = { c$u }; zkeep(@); P(sizeof @ + @[0]); @[0]++; if (++c$u < 3) goto again$u;
jump: any: if (zcount) goto in$u; int @; char u$u[$D]; in$u: @ = 3; zkeep(&@); zkeep(u$u); P(@ + sizeof(@)); u$u[0] = 4; P(u$u[0]);
jump: any: switch (2) { int @; short u$u[3]; case 1: P(0); case 2: @ = 4; zkeep(&@); zkeep(u$u); u$u[sizeof(@) - 2] = 5; P(@ + u$u[2]); P(sizeof u$u); }
loop: any: for (int @ = 0, t$u = sizeof @; @ < 2; @++) P(@ + t$u);
loop: any: for (int @ = 0, *t$u = &@, u$u[sizeof @] = { 3 }; *t$u < 2; ++*t$u) { zkeep(&@); zkeep(u$u); P(@ + sizeof u$u); }
loop: fixed: for (struct { char z[$K]; int @; } t$u = { .@ = 0 }; t$u.@ < 2; t$u.@++) P(sizeof t$u);
loop: int: while (@ & 3) @--; P(@); do P(@); while (++@ & 1); P(@);
loop: int: for (; @ & 2; @++) if (@ & 4) continue; else P(@); for (@ = 0; @ < 2; @ += 1) P(@);
conditional: any: P($V ? $V : 0); P((@, $V)); P($V ?: 3);
conditional: any: P((1 ? &@ : 0) == &@); P(((void)@, 2)); P(!&@); P(&@ && 1);
conditional: integer: P(1 ? @ : 0); P((0, @)); P(@ ?: 1); P(@ ? @ : -@); P(@ && @ || !@); if (@) P(@); else P(-1);
modify: int: P(@++ + 1); P(--@); @ += 3; @ <<= 1; @ ^= 5; P(@ = @ & 63); P(-@ + ~@ + !@);
modify: int: P(__builtin_add_overflow(@, 1, &@)); P(@); zheld = &@; zbump(); P(@); zheld = 0; *&@ = 7; P(@); *(1 ? &@ : 0) += 1; P(@);
modify: int: int *t$u = &@; *t$u = 6; P(@); @ = *t$u + 1; P(*t$u); @ = ({ @ + 1; }); P(*t$u); P((@ = 2, @ += @)); P(@ = @ = 3);
modify: array: @[1] += 3; P(1[@] + *@ + @[0]++); P(&@[2] - @); P(&@[0] == @); P(*&@[1]); P((&@)[0] == @); *@ = 4; P(@[0]); P((*&@)[0]);
modify: pair: struct zpair t$u = @, u$u; u$u = @; u$u.a++; zkeep(&u$u); @ = u$u; P(t$u.a + @.a); P(zpair_sum(@)); @ = zmake(3); P(@.a); (&@)->a = 9; P((*&@).a); @.c[1] += 2; P(@.c[1]--); P(({ @; }).a); P((0, @).a); P((1 ? @ : u$u).a);
modify: integer: P(@ + @ * 2 - (@ >> 1)); P((@) ? -(@) : +(@)); P(__extension__ @); P(__builtin_expect(@, 1)); P(sizeof(@) + @); P(@ == @); P((char)@);
modify: vm: P($V); P($V);
modify: volatile: @ = 4; P(@); @ += 2; P(@++); P(@); P(@-- - 1);
modify: atomic: @ += 2; P(@); @ = 3; P(@); P(@++); P(++@);
pragma: any: int t$u = 3; \#pragma unused(t$u) \#pragma unused(@)\ P($V); P(t$u);
pragma: any: \#pragma GCC diagnostic push \#pragma GCC diagnostic ignored "-Wshadow"\ P($V); \#pragma GCC diagnostic pop\ P($V);
pragma: fixed: \#pragma clang loop unroll_count($K)\ for (int t$u = 0; t$u < 2; t$u++) P(t$u + $V);
pragma: fixed: \#pragma unroll(sizeof(@))\ for (int t$u = 0; t$u < 2; t$u++) P(t$u + $V); \#pragma GCC unroll 2\ for (int t$u = 0; t$u < 2; t$u++) P(t$u);
pragma: any: P($V + _Generic(1, int: \# 4 "other.h" 1\ $V, long: \# 9 "back.c" 2\ @)); P(sizeof \#line 900\ (@));
attribute: any plain: int t$u __attribute__((annotate("@", 3))) = $V, u$u __attribute__((@)) = 2; P(t$u + u$u);
attribute: fixed: int t$u __attribute__((annotate("@", sizeof(@)))) = $V; zkeep(&t$u); P(t$u);
attribute: fixed: extern void *f$u(int @) __attribute__((assume_aligned($A))); P(sizeof f$u(1));
attribute: fixed: struct { int @; int fam[] __attribute__((counted_by(@))); } *t$u = 0; P(sizeof *t$u); typedef char *y$u __attribute__((align_value($A))); P(sizeof(y$u));
attribute: any: int t$u __attribute__((zunknown(@))) = 3; P(t$u); __attribute__((zunknown)) int @ = 4; zkeep(&@); P(@);
attribute: fixed plain: [[gnu::aligned($A)]] char t$u[2]; P(__alignof__(t$u)); zkeep(t$u); [[zz::@]] int u$u = 3; P(u$u);
attribute: any plain: int t$u [[gnu::unused, zz::@(@)]] = $V; P(t$u); [[gnu::unused]] l$u:; P(1);
shadow: fixed: struct @ { char @[$K]; }; P(sizeof(struct @)); struct @ *t$u = 0; P(sizeof t$u->@); union s$u { int @; struct { char y; } z; } v$u = { .@ = 3 }; zkeep(&v$u); P(v$u.@);
shadow: fixed: int t$u = sizeof @; char @[$K + 1]; zkeep(@); P(sizeof @); { short @[sizeof @]; zkeep(@); P(t$u); { struct { int @; } @ = { .@ = 6 }; zkeep(&@); P(@.@); P(sizeof @); } }
shadow: any: { extern int zglobal; P(zglobal); } int @ = sizeof @; zkeep(&@); P(@); { static int @ = sizeof(@); P(@); { extern char e$u[sizeof @]; P(sizeof e$u); } P(@++); }
shadow: bound: int @[@]; zkeep(@); P(sizeof @); { char @[sizeof @ / 2]; zkeep(@); P(sizeof @); }
shadow: any: typedef char @[3]; @ t$u = "ab"; P(sizeof(@)); P(t$u[1]); { @ @ = "c"; zkeep(@); P(sizeof @); P(@[0]); } P(sizeof(@ *));
shadow: any: P(({ struct @ *@ = 0; sizeof @; })); struct { struct @ *@; enum { A$u } z; } t$u = { 0 }; P(t$u.@ == 0); P(sizeof(int (*)(int @, int z[@])));
shadow: any: int @ = 3, t$u[sizeof @], u$u = @; zkeep(&@); zkeep(t$u); P(sizeof t$u + u$u); { int z = @, @ = z + sizeof(@); zkeep(&@); P(@); }
'''


class Place:
    def __init__(self, name, needs, text):
        self.name, self.needs, self.text = name, set(needs.split()), text


PLACES = [Place(*re.split(r': ', line, maxsplit=2)) for line in TEXT.strip().splitlines()]
NAMES = sorted({place.name for place in PLACES})
