/* realloc moves pointers to young blocks, in one piece and in many. */
#include "young.h"
static char **array;
__attribute__((noinline)) static void fill(int n) {
    for (int i = 0; i < n; i++)
        array[i] = make(i);
}
int main(void) {
    int bad = 0;
    for (int n = 300; n <= 300000; n *= 10) {
        array = make_old((size_t)n * sizeof *array);
        fill(n < 3000 ? n : 3000);
        array = realloc(array, (size_t)n * 4 * sizeof *array);
        scrub();
        churn(CHURN);
        for (int i = 0; i < (n < 3000 ? n : 3000); i++)
            bad += !is_whole(array[i], i);
        array = NULL;
    }
    return finish(bad);
}
