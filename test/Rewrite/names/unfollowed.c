// A local that is named where escc cannot follow stays in its frame, and the
// report says where that is.  Elsewhere such a place is no obstacle.
// RUN: %escc_verify -Wno-unknown-attributes -Wno-unknown-pragmas \
// RUN:   -Wno-attributes -report-escapes -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %escc_verify -w -fescc-locals=all -report-escapes -c %s -o %t.o 2>&1 \
// RUN:   | FileCheck %s
int *kept;
char *bytes;

void attribute(void)
{
    char buf[40]; // CHECK: [[@LINE]]:10: remark: stays: buf is named at {{.*}}unfollowed.c:[[@LINE+2]]:56 in a position that escc does not follow
    bytes = buf;
    struct s { char c; } __attribute__((no_such(sizeof buf)));
}

void other_of_that_name(void)
{
    {
        char buf[4]; // CHECK: [[@LINE]]:14: remark: moved to heap: buf
        bytes = buf;
    }
    struct s { char c; } __attribute__((no_such(buf)));
    char buf[4]; // CHECK: [[@LINE]]:10: remark: moved to heap: buf
    bytes = buf;
}

void pragma(int n)
{
    int count = 4; // CHECK: [[@LINE]]:9: remark: stays: count is named at {{.*}}unfollowed.c:[[@LINE+3]]:{{[0-9]+}} in a position
    kept = &count;
    kept[0] += count;
#pragma no_such_directive(count)
    for (int i = 0; i < n; i++)
        kept[0]++;
}
