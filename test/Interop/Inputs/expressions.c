/* The program of gdb-expressions.test. */
#include <stdio.h>
struct point { int x, y; };
struct point *points;
int *numbers, (*arrays)[5], *arguments, *counters, (*variables)[];
__attribute__((noinline)) static void stop(int value)
{
    __asm__ volatile("" :: "r"(value) : "memory");
}
__attribute__((noinline)) static int work(int argument, int bound)
{
    struct point point = {argument, 2};
    int count = 2, sum = 0;
    int arr[5] = {1, 2, 3, 4, 5};
    int variable[bound];
    points = &point;
    numbers = &count;
    arrays = &arr;
    arguments = &argument;
    variables = &variable;
    argument++;
    for (int i = 0; i < 3; i++) {
        counters = &i;
        variable[i] = 10 + i;
        count++;
        stop(count);  /* here */
        sum += arr[i] + variable[i] + point.x;
    }
    return sum + argument + count;
}
int main(int argc, char **argv)
{
    (void)argv;
    printf("%d\n", work(argc + 6, 3));
    return 0;
}
