/* Memory that is registered with a device is kept out of children
 * (MADV_DONTFORK) by libraries, or is empty there (MADV_WIPEONFORK).  The child
 * does not touch it, and allocates as before; so does a block that begins
 * where it was freed.
 *
 * RUN: bash %S/Inputs/same-as-gcc.sh %escc %gcc %s
 */
#define _GNU_SOURCE
#include "Inputs/churn.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, BYTES = 64 * PAGE };

static char *registered[2];
static char variables[2 * PAGE] __attribute__((aligned(PAGE)));
static char *kept;

static int child(void)
{
    churn(64);
    churn(BYTES);
    printf("child: %s\n", kept);
    fflush(stdout);
    return 0;
}

int main(void)
{
    static const int advice[] = {MADV_DONTFORK, MADV_WIPEONFORK};
    int status = 0;
    kept = strdup("kept");
    for (int i = 0; i < 2; i++) {
        if (posix_memalign((void **)&registered[i], PAGE, BYTES))
            return 1;
        memset(registered[i], 'r', BYTES);
        if (madvise(registered[i], BYTES, advice[i]))
            return 1;
    }
    if (madvise(variables, PAGE, MADV_DONTFORK))
        return 1;
    for (int i = 0; i < 3; i++) {
        fflush(stdout);
        int process = fork();
        if (!process)
            _exit(child());
        waitpid(process, &status, 0);
        printf("status %x %c\n", status, registered[i % 2][100]);
        if (i == 1) {
            free(registered[0]);
            registered[0] = registered[1];
        }
    }
    churn(BYTES);
    puts(kept);
    return 0;
}
