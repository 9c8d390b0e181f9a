#include <stdio.h>

static inline int *from_header(int n)
{
    int value = n;
    return &value;
}
