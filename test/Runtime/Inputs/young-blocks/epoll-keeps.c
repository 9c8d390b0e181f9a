/* Only the kernel has the pointer; it comes back into old memory. */
#include "young.h"
#include <sys/epoll.h>
struct s {
    struct epoll_event events[8];
    char pad[3000];
};
static struct s *old;
static int e, fds[2];
__attribute__((noinline)) static void give(int i) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = make(i)};
    epoll_ctl(e, EPOLL_CTL_ADD, fds[0], &event);
}
int main(void) {
    int bad = 0;
    e = epoll_create1(0);
    pipe(fds);
    write(fds[1], "x", 1);
    old = make_old(sizeof *old);
    for (int i = 0; i < 20; i++) {
        give(i);
        scrub();
        churn(CHURN / 10);
        epoll_wait(e, old->events, 8, 0);
        epoll_ctl(e, EPOLL_CTL_DEL, fds[0], NULL);
        scrub();
        churn(CHURN / 10);
        bad += !is_whole(old->events[0].data.ptr, i);
    }
    return finish(bad);
}
