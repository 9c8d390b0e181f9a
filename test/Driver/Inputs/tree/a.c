#include "a.h"
#include <stddef.h>
int sum(struct s *p);
int sum(struct s *p)
{
    int total = 0;
    for (int i = 0; i < p->x; i++)
        total += i;
    return total;
}
const char *name = __FILE__;
