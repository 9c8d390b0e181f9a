/* The order function leaves by a jump: the array is half sorted, and what was
 * moved in it nobody tells of. */
#include "young.h"
enum { N = 400 };
static char **array;
static jmp_buf out;
static int left;
static int order(const void *a, const void *b) {
    if (--left == 0)
        longjmp(out, 1);
    return -strcmp(*(char *const *)a, *(char *const *)b);
}
__attribute__((noinline)) static void fill(void) {
    for (int i = 0; i < N; i++) {
        char *p = malloc(BYTES);
        memset(p, 'x', BYTES);
        snprintf(p, BYTES, "%08d", i);
        array[i] = p;
    }
}
__attribute__((noinline)) static void sort(int k) {
    left = k;
    if (!setjmp(out))
        qsort(array, N, sizeof *array, order);
}
int main(void) {
    int bad = 0;
    array = make_old(N * sizeof *array);
    for (int k = 500; k < 3000; k += 250) {
        fill();
        sort(k);
        scrub();
        churn(CHURN / 10);
        for (int i = 0; i < N; i++)
            bad += strlen(array[i]) != 8 || array[i][BYTES - 1] != 'x';
    }
    return finish(bad);
}
