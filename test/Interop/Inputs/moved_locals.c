/* The program of gdb.test. */
#include <stdlib.h>
#include <stdio.h>
struct point { int x, y; };
struct point *keep[4]; int *keep2; int (*keep3)[3]; char **keep4;
static void stop(void) { puts("here"); }
static void fill(int argument, const char *name)
{
    struct point local = { argument, 2 };
    int number = 7;
    int array[3] = { 1, 2, 3 };
    const char *text = name;
    int plain = 5;
    keep[0] = &local;
    keep2 = &number;
    keep3 = &array;
    keep4 = (char **)&text;
    stop();
    printf("%d\n", plain + argument);
}
int main(void) { fill(1, "word"); return 0; }
