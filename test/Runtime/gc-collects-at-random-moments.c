// gcrandom collects while the only thread of the program is anywhere, also in
// the child of fork, and the program notices nothing.
//
// RUN: %escc_verify -O2 %s -o %t
// RUN: env ESCC_DEBUG=gcrandom=200,clobber=1,gctrace=1 timeout 60 %t 2>%t.err
// RUN: FileCheck %s <%t.err
// RUN: env ESCC_DEBUG=gcrandom=200,gcseed=7,clobber=1 timeout 60 %t
// CHECK: gc 5 @
// CHECK: (forced)
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { N = 64 };

struct object { long stamp; long rest[5]; };

static struct object **array;

static void reverse(char *a, size_t n)
{
    char *b = a + n - 1;
    while (a < b) {
        char t = *a;
        *a++ = *b;
        *b-- = t;
    }
}

static void rotate(char *a, size_t n, size_t k)
{
    reverse(a, k);
    reverse(a + k, n - k);
    reverse(a, n);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int work(void)
{
    for (double end = now() + 0.2; now() < end;) {
        for (int r = 0; r < 64; r++)
            rotate((char *)array, N * sizeof *array, 40);
        for (int i = 0; i < N; i++)
            if (array[i]->stamp < 1 || array[i]->stamp > N)
                return printf("lost\n"), 1;
    }
    return 0;
}

int main(void)
{
    int status;
    array = malloc(N * sizeof *array);
    for (int i = 0; i < N; i++) {
        array[i] = malloc(sizeof **array);
        array[i]->stamp = i + 1;
        for (int k = 0; k < 1000; k++)
            free(aligned_alloc(16, sizeof **array));
    }
    if (work())
        return 1;
    pid_t child = fork();
    if (child == 0)
        _exit(work());
    return waitpid(child, &status, 0) != child || status != 0;
}
