#include "nosuch.h"
int f(void)
{
    return undeclared;
}
