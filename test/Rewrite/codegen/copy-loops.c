// Loops that copy bytes become a call of memcpy or vector instructions although
// they stand in torn code with a shade behind them [inv.barrier.loop].
// RUN: env ESCC_CC=%clang %escc_verify -O2 -S %s -o - | FileCheck %s
// RUN: env ESCC_CC=%clang %escc_verify -O2 -S %s -o - | FileCheck %s --check-prefix=VECTOR
// RUN: env ESCC_CC=%gcc %escc_verify -O2 -S %s -o - | FileCheck %s
// REQUIRES: gcc

// CHECK-LABEL: by_pointer:
// CHECK: call{{q?[[:space:]]+}}memcpy
// CHECK: call{{.*}}__escc_shade_slots
void by_pointer(char *restrict to, const char *restrict from, unsigned long n)
{
    while (n--)
        *to++ = *from++;
}

// CHECK-LABEL: by_index:
// CHECK: call{{q?[[:space:]]+}}memcpy
// CHECK: call{{.*}}__escc_shade_slots
void by_index(char *restrict to, const char *restrict from, unsigned long n)
{
    for (unsigned long i = 0; i < n; i++)
        to[i] = from[i];
}

// VECTOR-LABEL: maybe_overlapping:
// VECTOR: movups {{.*}}%xmm
// VECTOR: __escc_shade_slots
void maybe_overlapping(char *to, const char *from, unsigned long n)
{
    while (n--)
        *to++ = *from++;
}
