#include <stdlib.h>

int *from_archive(int n);

int *from_archive(int n)
{
    int value = n, *copy = malloc(sizeof *copy);
    *copy = *(&value);
    return copy;
}
