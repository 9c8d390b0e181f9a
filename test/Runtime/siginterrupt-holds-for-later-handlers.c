/* What siginterrupt says of a signal holds for the handler that it has and for
 * those that `signal` sets later, and sigaction tells it.
 *
 * RUN: %rtcc %s -o %t && %t
 */
#define _GNU_SOURCE
#include "Inputs/condition.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static volatile int nhandled;

static void on_alarm(int signal)
{
    (void)signal;
    if (++nhandled % 3)
        ualarm(20000, 0);
}

static bool is_restarted(void)
{
    struct sigaction action;
    CHECK(sigaction(SIGALRM, NULL, &action) == 0);
    CHECK(action.sa_handler == on_alarm);
    return action.sa_flags & SA_RESTART;
}

/* Whether a read that nothing comes for ends when the signal does. */
static void check_interrupted(void)
{
    int ends[2];
    char byte;
    CHECK(pipe(ends) == 0);
    ualarm(20000, 0);
    errno = 0;
    CHECK(read(ends[0], &byte, 1) == -1 && errno == EINTR);
    while (nhandled % 3)
        usleep(1000);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    CHECK(signal(SIGALRM, on_alarm) == SIG_DFL && is_restarted());
    CHECK(siginterrupt(SIGALRM, 1) == 0 && !is_restarted());
    check_interrupted();
    CHECK(signal(SIGALRM, on_alarm) == on_alarm && !is_restarted());
    check_interrupted();
    CHECK(siginterrupt(SIGALRM, 0) == 0 && is_restarted());
    CHECK(signal(SIGALRM, on_alarm) == on_alarm && is_restarted());
    errno = 0;
    CHECK(siginterrupt(0, 1) == -1 && errno == EINVAL);
    CHECK(siginterrupt(65, 1) == -1);
    return 0;
}
