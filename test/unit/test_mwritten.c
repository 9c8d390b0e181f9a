/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mwritten.c - base/mwritten.c: which pages were written since.
 *
 * Skips itself where the kernel cannot tell. */
#include "base/mwritten.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { PAGE = 4096, NPAGES = 64 };

static char *memory;
static int listed[NPAGES];
static int nruns;

static void note(uintptr_t from, uintptr_t to, void *argument)
{
    (void)argument;
    nruns++;
    for (uintptr_t at = from & ~(uintptr_t)(PAGE - 1); at < to; at += PAGE)
        listed[(at - (uintptr_t)memory) / PAGE]++;
}

static int take(int first, int npages, bool again)
{
    uintptr_t from = (uintptr_t)memory + (uintptr_t)first * PAGE;
    int n = 0;
    memset(listed, 0, sizeof listed);
    nruns = 0;
    mwritten_take(from, from + (uintptr_t)npages * PAGE, again, note, NULL);
    for (int i = 0; i < NPAGES; i++)
        n += listed[i];
    return n;
}

static int set_up(void **state)
{
    (void)state;
    if (!mwritten_begin())
        return 0;
    memory = mmap(NULL, NPAGES * PAGE, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(memory, 1, NPAGES * PAGE);
    return mwritten_watch((uintptr_t)memory,
                          (uintptr_t)memory + NPAGES * PAGE) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    if (memory)
        munmap(memory, NPAGES * PAGE);
    memory = NULL;
    return 0;
}

static void test_lists_what_was_written(void **state)
{
    (void)state;
    if (!memory)
        skip();
    assert_int_equal(take(0, NPAGES, false), 0);
    memory[3 * PAGE + 17] = 2;
    memory[4 * PAGE] = 2;
    memory[40 * PAGE + PAGE - 1] = 2;
    assert_int_equal(take(0, NPAGES, false), 3);
    assert_true(listed[3] && listed[4] && listed[40]);
    assert_int_equal(nruns, 2);
    /* They were not watched anew; now they are. */
    assert_int_equal(take(0, NPAGES, true), 3);
    assert_int_equal(take(0, NPAGES, true), 0);
    memory[4 * PAGE] = 3;
    assert_int_equal(take(0, 4, true), 0);
    assert_int_equal(take(4, 4, true), 1);
}

static void test_lists_many_runs(void **state)
{
    (void)state;
    if (!memory)
        skip();
    for (int i = 0; i < NPAGES; i += 2)
        memory[i * PAGE] = 2;
    assert_int_equal(take(0, NPAGES, true), NPAGES / 2);
    assert_int_equal(nruns, NPAGES / 2);
    assert_int_equal(take(0, NPAGES, true), 0);
}

/* By the kernel's short way, from which the other may be taken. */
static void list_again(uintptr_t from, uintptr_t to, void *argument)
{
    note(from, to, NULL);
    mwritten_take(from, to, false, argument, NULL);
}

static void test_lists_by_one_category(void **state)
{
    (void)state;
    if (!memory)
        skip();
    uintptr_t from = (uintptr_t)memory, end = from + NPAGES * PAGE;
    memory[3 * PAGE] = memory[4 * PAGE] = memory[40 * PAGE] = 2;
    memset(listed, 0, sizeof listed);
    mwritten_list(from, end, list_again, note);
    for (int i = 0; i < NPAGES; i++)
        assert_int_equal(listed[i], i == 3 || i == 4 || i == 40 ? 2 : 0);
    assert_int_equal(take(0, NPAGES, true), 3);
    memset(listed, 0, sizeof listed);
    mwritten_list(from, end, note, NULL);
    for (int i = 0; i < NPAGES; i++)
        assert_int_equal(listed[i], 0);
    /* As many runs as there can be: more than the kernel tells at once. */
    for (int i = 0; i < NPAGES; i += 2)
        memory[i * PAGE] = 3;
    mwritten_list(from + PAGE, end, note, NULL);
    for (int i = 0; i < NPAGES; i++)
        assert_int_equal(listed[i], i && i % 2 == 0);
    take(0, NPAGES, true);
}

/* Since Linux 6.9 the short way is no other; before that it may have been
 * repaired, or not. */
static void test_lists_quickly_where_the_kernel_does_not_err(void **state)
{
    struct utsname system;
    int version = 0, part = 0;
    (void)state;
    if (!memory)
        skip();
    assert_int_equal(uname(&system), 0);
    assert_int_equal(sscanf(system.release, "%d.%d", &version, &part), 2);
    if (version < 6 || (version == 6 && part < 9))
        skip();
    assert_true(mwritten_lists_quickly());
}

static void test_sees_the_kernel_write(void **state)
{
    int fds[2];
    (void)state;
    if (!memory)
        skip();
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(write(fds[1], "word", 4), 4);
    assert_int_equal(read(fds[0], memory + 9 * PAGE, 4), 4);
    close(fds[0]);
    close(fds[1]);
    assert_int_equal(take(0, NPAGES, true), 1);
    assert_true(listed[9]);
}

static void test_fresh_pages_count_when_they_are_written(void **state)
{
    (void)state;
    if (!memory)
        skip();
    madvise(memory + 8 * PAGE, 8 * PAGE, MADV_DONTNEED);
    assert_int_equal(take(0, NPAGES, true), 0);
    memory[10 * PAGE] = 5;
    assert_int_equal(take(0, NPAGES, true), 1);
    assert_true(listed[10]);
}

static void test_without_a_watch_all_is_written(void **state)
{
    (void)state;
    if (!memory)
        skip();
    /* A mapping made anew, as mremap or the program may do. */
    mmap(memory + 16 * PAGE, 16 * PAGE, PROT_READ | PROT_WRITE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    assert_true(take(16, 16, true) >= 16);
    assert_true(take(0, NPAGES, true) >= NPAGES);
    mwritten_unwatch((uintptr_t)memory, (uintptr_t)memory + NPAGES * PAGE);
    assert_true(take(0, 8, false) == 8);
}

static long faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

static void test_what_is_ignored_costs_no_faults(void **state)
{
    long before;
    (void)state;
    if (!memory)
        skip();
    mwritten_ignore((uintptr_t)memory, (uintptr_t)memory + NPAGES * PAGE);
    before = faults();
    memset(memory, 2, NPAGES * PAGE);
    assert_true(faults() - before < NPAGES / 2);
    /* Until it is watched again. */
    assert_int_equal(take(0, NPAGES, true), NPAGES);
    assert_int_equal(take(0, NPAGES, true), 0);
    memory[4 * PAGE] = 3;
    assert_int_equal(take(0, NPAGES, true), 1);
}

static void test_descriptors_that_the_program_closes(void **state)
{
    (void)state;
    if (!memory)
        skip();
    for (int fd = 3; fd < 1 << 16; fd++)
        close(fd);
    assert_int_equal(take(0, NPAGES, true), NPAGES);
    assert_true(mwritten_begin());
    assert_true(mwritten_watch((uintptr_t)memory,
                               (uintptr_t)memory + NPAGES * PAGE));
    assert_int_equal(take(0, NPAGES, true), 0);
    memory[PAGE] = 3;
    assert_int_equal(take(0, NPAGES, true), 1);
}

static void test_descriptors_are_out_of_the_way(void **state)
{
    (void)state;
    if (!memory)
        skip();
    int fd = open("/dev/null", O_RDONLY);
    assert_true(fd >= 0 && fd < 64);
    close(fd);
    /* Those that the test was started with did not close at the exec. */
    int nhigh = 0;
    for (fd = 64; fd < 1 << 16; fd++) {
        int flags = fcntl(fd, F_GETFD);
        nhigh += flags >= 0 && (flags & FD_CLOEXEC);
    }
    assert_int_equal(nhigh, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lists_what_was_written, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_lists_many_runs, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_lists_by_one_category, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            test_lists_quickly_where_the_kernel_does_not_err, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(test_sees_the_kernel_write, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            test_fresh_pages_count_when_they_are_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without_a_watch_all_is_written,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_ignored_costs_no_faults,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_descriptors_are_out_of_the_way,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_descriptors_that_the_program_closes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
