/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mcgroup.c - a container's limits, read from file systems that are made
 * up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mcgroup.h"

#define MIB ((uint64_t)1 << 20)

static char root[64];

/* Makes a file below the root, and its folders. */
static void put(const char *path, const char *text)
{
    char name[PATH_MAX];
    snprintf(name, sizeof name, "%s%s", root, path);
    for (char *at = strchr(name + strlen(root) + 1, '/'); at;
         at = strchr(at + 1, '/')) {
        *at = 0;
        mkdir(name, 0755);
        *at = '/';
    }
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void put_groups(const char *groups, const char *mounts)
{
    put("/proc/self/cgroup", groups);
    put("/proc/self/mountinfo", mounts);
}

static struct mcgroup_limits look(void)
{
    struct mcgroup_limits limits;
    mcgroup_read(root, &limits);
    return limits;
}

static int make_root(void **state)
{
    (void)state;
    strcpy(root, "/tmp/test_mcgroup.XXXXXX");
    return mkdtemp(root) ? 0 : 1;
}

static int remove_root(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command);
}

#define V2_MOUNTS                                                           \
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw\n"               \
    "23 22 0:21 / /proc rw - proc proc rw\n"                                \
    "30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"

static void test_nothing_to_read(void **state)
{
    (void)state;
    assert_int_equal(look().memory, MCGROUP_NONE);
    assert_int_equal(look().processors, MCGROUP_NONE);
    put_groups("0::/a\n", "");
    assert_int_equal(look().memory, MCGROUP_NONE);
    put_groups("", V2_MOUNTS);
    assert_int_equal(look().memory, MCGROUP_NONE);
    put_groups("nonsense\n:\n::\n0:\n0::\n", "nonsense\n - \n - cgroup2\n"
               "1 2 3 - cgroup2 x\n");
    assert_int_equal(look().memory, MCGROUP_NONE);
}

/* The smallest of all ancestors and of both limits. */
static void test_version_2(void **state)
{
    (void)state;
    put_groups("0::/a/b/c\n", V2_MOUNTS);
    put("/sys/fs/cgroup/a/b/c/memory.max", "max\n");
    put("/sys/fs/cgroup/a/b/c/memory.high", "max\n");
    put("/sys/fs/cgroup/a/b/c/cpu.max", "max 100000\n");
    assert_int_equal(look().memory, MCGROUP_NONE);
    assert_int_equal(look().processors, MCGROUP_NONE);
    put("/sys/fs/cgroup/a/memory.max", "536870912\n");
    assert_int_equal(look().memory, 512 * MIB);
    put("/sys/fs/cgroup/a/b/c/memory.max", "1073741824\n");
    assert_int_equal(look().memory, 512 * MIB);
    put("/sys/fs/cgroup/a/b/memory.high", "268435456\n");
    assert_int_equal(look().memory, 256 * MIB);
    put("/sys/fs/cgroup/a/b/c/memory.max", "134217728\n");
    assert_int_equal(look().memory, 128 * MIB);
    put("/sys/fs/cgroup/a/cpu.max", "350000 100000\n");
    assert_int_equal(look().processors, 4);
    put("/sys/fs/cgroup/a/b/cpu.max", "50000 100000\n");
    assert_int_equal(look().processors, 1);
    /* A group beside has nothing to say. */
    put("/sys/fs/cgroup/ab/memory.max", "4096\n");
    put("/sys/fs/cgroup/a/b/c/d/memory.max", "4096\n");
    assert_int_equal(look().memory, 128 * MIB);
}

/* The container's group is the root that is seen. */
static void test_namespace(void **state)
{
    (void)state;
    put_groups("0::/\n", V2_MOUNTS);
    put("/sys/fs/cgroup/memory.max", "67108864\n");
    put("/sys/fs/cgroup/cpu.max", "150000 100000\n");
    put("/sys/memory.max", "4096\n");
    put("/memory.max", "4096\n");
    assert_int_equal(look().memory, 64 * MIB);
    assert_int_equal(look().processors, 2);
    /* The process has left it. */
    put_groups("0::/../other\n", V2_MOUNTS);
    put("/sys/fs/cgroup/other/memory.max", "4096\n");
    put("/sys/fs/other/memory.max", "4096\n");
    assert_int_equal(look().memory, 64 * MIB);
}

/* Only a part of the hierarchy is mounted. */
static void test_part_is_mounted(void **state)
{
    (void)state;
    put_groups("0::/docker/1f2e/deep\n",
               "30 22 0:26 /docker/1f2e /cg\\040x rw - cgroup2 c rw\n"
               "31 22 0:26 /docker/1f /other rw - cgroup2 c rw\n"
               "32 22 0:26 /docker/77 /another rw - cgroup2 c rw\n");
    put("/cg x/memory.max", "67108864\n");
    put("/cg x/deep/memory.max", "134217728\n");
    put("/other/memory.max", "4096\n");
    put("/another/memory.max", "8192\n");
    assert_int_equal(look().memory, 64 * MIB);
    put("/cg x/deep/memory.max", "33554432\n");
    assert_int_equal(look().memory, 32 * MIB);
    /* In none of the mounts: their points are the best that is known. */
    put_groups("0::/user/1\n",
               "30 22 0:26 /docker/1f2e /cg\\040x rw - cgroup2 c rw\n");
    assert_int_equal(look().memory, 64 * MIB);
}

#define V1_MOUNTS                                                           \
    "31 30 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup c rw,cpu,cpuacct\n"\
    "32 30 0:30 / /sys/fs/cgroup/cpuset rw - cgroup c rw,cpuset\n"          \
    "34 30 0:31 / /sys/fs/cgroup/memory rw - cgroup c rw,memory\n"

#define V1_GROUPS(path)                                                     \
    "9:name=systemd:/x\n5:cpuset:/set\n4:memory:" path                      \
    "\n2:cpu,cpuacct:" path "\n"

static void test_version_1(void **state)
{
    (void)state;
    put_groups(V1_GROUPS("/docker/1f2e"), V1_MOUNTS);
    put("/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "9223372036854771712\n");
    put("/sys/fs/cgroup/memory/docker/1f2e/memory.limit_in_bytes",
        "9223372036854771712\n");
    put("/sys/fs/cgroup/cpu,cpuacct/docker/1f2e/cpu.cfs_quota_us", "-1\n");
    put("/sys/fs/cgroup/cpu,cpuacct/docker/1f2e/cpu.cfs_period_us",
        "100000\n");
    assert_int_equal(look().memory, MCGROUP_NONE);
    assert_int_equal(look().processors, MCGROUP_NONE);
    put("/sys/fs/cgroup/memory/docker/memory.limit_in_bytes", "268435456\n");
    assert_int_equal(look().memory, 256 * MIB);
    put("/sys/fs/cgroup/memory/docker/1f2e/memory.limit_in_bytes",
        "134217728\n");
    assert_int_equal(look().memory, 128 * MIB);
    put("/sys/fs/cgroup/cpu,cpuacct/docker/1f2e/cpu.cfs_quota_us",
        "250000\n");
    assert_int_equal(look().processors, 3);
    /* Files of another controller do not count. */
    put("/sys/fs/cgroup/cpuset/set/memory.limit_in_bytes", "4096\n");
    assert_int_equal(look().memory, 128 * MIB);
}

/* Ancestors that a namespace hides show in memory.stat. */
static void test_version_1_hidden_ancestors(void **state)
{
    (void)state;
    put_groups(V1_GROUPS("/"), V1_MOUNTS);
    put("/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "9223372036854771712\n");
    put("/sys/fs/cgroup/memory/memory.stat",
        "cache 4096\nrss 8192\nhierarchical_memory_limit 100663296\n"
        "hierarchical_memsw_limit 4096\n");
    assert_int_equal(look().memory, 96 * MIB);
}

/* Version 1's controllers beside a tree of version 2. */
static void test_both_versions(void **state)
{
    (void)state;
    put_groups(V1_GROUPS("/a") "0::/s\n",
               V1_MOUNTS "40 30 0:37 / /sys/fs/cgroup/unified rw - cgroup2 "
                         "cgroup2 rw\n");
    put("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "134217728\n");
    put("/sys/fs/cgroup/unified/s/cgroup.procs", "1\n");
    assert_int_equal(look().memory, 128 * MIB);
    put("/sys/fs/cgroup/unified/s/memory.max", "67108864\n");
    assert_int_equal(look().memory, 64 * MIB);
}

static void test_odd_numbers(void **state)
{
    (void)state;
    put_groups("0::/a\n", V2_MOUNTS);
    static const char *const texts[] = {"", "\n", "max", "-1\n", "x1\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        put("/sys/fs/cgroup/a/memory.max", texts[i]);
        put("/sys/fs/cgroup/a/cpu.max", texts[i]);
        assert_int_equal(look().memory, MCGROUP_NONE);
        assert_int_equal(look().processors, MCGROUP_NONE);
    }
    put("/sys/fs/cgroup/a/cpu.max", "0 0\n");
    assert_int_equal(look().processors, MCGROUP_NONE);
    put("/sys/fs/cgroup/a/cpu.max", "100000\n");
    assert_int_equal(look().processors, MCGROUP_NONE);
    put("/sys/fs/cgroup/a/cpu.max", "1000 100000\n");
    assert_int_equal(look().processors, 1);
}

/* Paths that are longer than any buffer are no limit, and no overflow. */
static void test_long_paths(void **state)
{
    (void)state;
    static char groups[3 * PATH_MAX], mounts[3 * PATH_MAX];
    for (int length = PATH_MAX / 4; length < 2 * PATH_MAX; length += 777) {
        snprintf(groups, sizeof groups, "0::/%0*d\n", length, 0);
        snprintf(mounts, sizeof mounts, "1 2 0:1 / /%0*d rw - cgroup2 c rw\n",
                 length, 0);
        put_groups(groups, V2_MOUNTS);
        assert_int_equal(look().memory, MCGROUP_NONE);
        put_groups(groups, mounts);
        assert_int_equal(look().memory, MCGROUP_NONE);
    }
}

/* Whatever this machine has: it can be read, and takes no descriptor. */
static void test_here(void **state)
{
    (void)state;
    struct mcgroup_limits limits;
    int before = dup(0);
    close(before);
    mcgroup_read("", &limits);
    assert_true(limits.memory >= MIB);
    assert_true(limits.processors >= 1);
    int after = dup(0);
    close(after);
    assert_int_equal(before, after);
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, make_root, remove_root)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_to_read),
        TEST(test_version_2),
        TEST(test_namespace),
        TEST(test_part_is_mounted),
        TEST(test_version_1),
        TEST(test_version_1_hidden_ancestors),
        TEST(test_both_versions),
        TEST(test_odd_numbers),
        TEST(test_long_paths),
        TEST(test_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
