/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcgroup.c - what the process's container lets it have.
 *
 * A container is a control group with limits; a process that exceeds that of
 * memory is killed (or, with memory.high, slowed down until it is of no
 * use), and one that exceeds that of processor time waits.
 *
 * Which groups the process is in stands in /proc/self/cgroup, one line for
 * each hierarchy, and where hierarchies are mounted in /proc/self/mountinfo:
 *
 *     4:memory:/docker/1f2e                               version 1
 *     0::/system.slice/app.service                        version 2
 *
 *     34 30 0:31 /docker/1f2e /sys/fs/cgroup/memory ... - cgroup ... memory
 *     40 30 0:37 / /sys/fs/cgroup/unified ... - cgroup2 ...
 *                ^ what of the hierarchy is mounted, and where
 *
 * So the group's folder is the mount point and what of the group's path lies
 * below the mounted part, and its ancestors are the folders above, up to the
 * mount point.  All of their limits hold.  Both versions may be in use side
 * by side; a folder of one to which a controller does not belong lacks its
 * files.
 *
 * A cgroup namespace, which containers usually have, shows the container's
 * group as the root: paths are `/`, and the mount point is that group, whose
 * limits are those of the container.  Ancestors above it cannot be seen;
 * version 1 tells the smallest limit of memory of all of them all the same
 * (hierarchical_memory_limit).  A path that leads out of the namespace
 * (`/../x`) or is not below the mounted part says that mounts and namespace
 * are not of one kind; then the mount point is the best that is known.
 *
 * All this is read by the thread that collects first, whose stack may be small:
 * what is read lies in memory of its own meanwhile.
 *
 * No state, no locks: test/unit/test_mcgroup.c brings file systems of its
 * own.
 */
#include "mcgroup.h"

#include "os.h"
#include "rt_print.h"
#include "rt_proc.h"

#include <limits.h>
#include <string.h>

/* Version 1 writes "no limit" as the largest multiple of a page; nobody has
 * as much. */
#define LARGEST_LIMIT ((uint64_t)1 << 62)

/* Lines of control groups are not that long; others do not matter. */
enum { LINE_BYTES = PATH_MAX / 2, TEXT_BYTES = 256 };

enum hierarchy { UNIFIED, MEMORY, CPU };

struct search {
    const char *root;
    struct mcgroup_limits *limits;
    char path[PATH_MAX];        /* of the folder that is looked at */
    size_t mount_length;        /* its first characters: the mount point */
    char line[LINE_BYTES];      /* of mountinfo */
    char group[LINE_BYTES];     /* a line of the groups' file */
    struct rt_proc_reader groups, mounts, stat;
};

/* ---- text ---------------------------------------------------------------- */

/* Cuts the next word off; *text is what follows it. */
static char *word(char **text, char separator)
{
    char *start = *text, *end = strchr(start, separator);
    if (end)
        *end = 0;
    *text = end ? end + 1 : start + strlen(start);
    return start;
}

/* Whether a word is in a list that is separated by commas. */
static bool lists(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; (at = strstr(at, name)); at += length)
        if ((at == list || at[-1] == ',') &&
            (at[length] == 0 || at[length] == ','))
            return true;
    return false;
}

/* mountinfo writes white space and backslashes of paths as \ooo. */
static void unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from; to++) {
        bool octal = from[0] == '\\';
        for (int i = 1; octal && i < 4; i++)
            octal = from[i] >= '0' && from[i] <= '7';
        *to = octal ? (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 +
                             (from[3] - '0'))
                    : *from;
        from += octal ? 4 : 1;
    }
    *to = 0;
}

/* What of a group's path lies below the mounted part; NULL if it is not
 * below it. */
static const char *below(const char *path, const char *mounted)
{
    size_t length = strcmp(mounted, "/") == 0 ? 0 : strlen(mounted);
    if (strncmp(path, "/..", 3) == 0 || strncmp(mounted, "/..", 3) == 0 ||
        strncmp(path, mounted, length) != 0 ||
        (path[length] != '/' && path[length] != 0))
        return NULL;
    return strcmp(path + length, "/") == 0 ? "" : path + length;
}

/* ---- limits -------------------------------------------------------------- */

/* Reads a file of the folder; false if there is none. */
static bool read_file(struct search *search, const char *name, char *text)
{
    size_t length = strlen(search->path);
    if (length + strlen(name) + 2 > sizeof search->path)
        return false;
    rt_format(search->path + length, sizeof search->path - length, "/%s",
              name);
    int fd = rt_proc_open(search->path, 0);
    search->path[length] = 0;
    return fd >= 0 && rt_proc_read(fd, text, TEXT_BYTES) > 0;
}

static bool is_number(const char *text)
{
    return *text >= '0' && *text <= '9';
}

static void memory_is(struct search *search, const char *text)
{
    uint64_t bytes = is_number(text) ? rt_proc_decimal(text) : MCGROUP_NONE;
    if (bytes < LARGEST_LIMIT && bytes < search->limits->memory)
        search->limits->memory = bytes;
}

/* A quota of processor time in each period; text that is no number: none. */
static void processors_are(struct search *search, const char *quota,
                           const char *period)
{
    if (!is_number(quota) || !is_number(period))
        return;
    uint64_t used = rt_proc_decimal(quota), of = rt_proc_decimal(period);
    if (used == 0 || of == 0)
        return;
    uint64_t processors = used / of + (used % of != 0);
    if (processors < search->limits->processors)
        search->limits->processors = processors;
}

static void look_for_memory(struct search *search)
{
    static const char *const names[] = {"memory.max", "memory.high",
                                        "memory.limit_in_bytes"};
    char text[TEXT_BYTES];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (read_file(search, names[i], text))
            memory_is(search, text);
}

/* Of all ancestors, seen or not. */
static void look_for_hierarchical(struct search *search)
{
    static const char label[] = "hierarchical_memory_limit ";
    size_t length = strlen(search->path);
    struct rt_proc_reader *file = &search->stat;
    char line[TEXT_BYTES];
    if (length + sizeof "/memory.stat" > sizeof search->path)
        return;
    strcpy(search->path + length, "/memory.stat");
    if (rt_proc_begin(file, search->path)) {
        while (rt_proc_line(file, line, sizeof line))
            if (strncmp(line, label, sizeof label - 1) == 0)
                memory_is(search, line + sizeof label - 1);
        rt_proc_end(file);
    }
    search->path[length] = 0;
}

static void look_for_processors(struct search *search)
{
    char quota[TEXT_BYTES], period[TEXT_BYTES];
    if (read_file(search, "cpu.max", quota)) {
        char *rest = quota;
        const char *first = word(&rest, ' ');
        processors_are(search, first, rest);
    }
    if (read_file(search, "cpu.cfs_quota_us", quota) &&
        read_file(search, "cpu.cfs_period_us", period))
        processors_are(search, quota, period);
}

/* The folder, and those above up to the mount point. */
static void look_upwards(struct search *search, enum hierarchy hierarchy)
{
    if (hierarchy == MEMORY)
        look_for_hierarchical(search);
    for (;;) {
        if (hierarchy != CPU)
            look_for_memory(search);
        if (hierarchy != MEMORY)
            look_for_processors(search);
        char *last = strrchr(search->path, '/');
        if (!last || (size_t)(last - search->path) < search->mount_length)
            break;
        *last = 0;
    }
}

/* ---- mounts -------------------------------------------------------------- */

/* A line of mountinfo; false if it is no hierarchy of this kind.  Cuts the
 * line into pieces. */
static bool parse_mount(char *line, enum hierarchy hierarchy, char **mounted,
                        char **point)
{
    char *separator = strstr(line, " - ");
    if (!separator)
        return false;
    char *rest = separator + 3;
    *separator = 0;
    const char *type = word(&rest, ' ');
    word(&rest, ' ');           /* the source: any word */
    if (strcmp(type, hierarchy == UNIFIED ? "cgroup2" : "cgroup") != 0 ||
        (hierarchy != UNIFIED &&
         !lists(rest, hierarchy == MEMORY ? "memory" : "cpu")))
        return false;
    for (int i = 0; i < 3; i++)
        word(&line, ' ');
    *mounted = word(&line, ' ');
    *point = word(&line, ' ');
    unescape(*mounted);
    unescape(*point);
    return true;
}

/* Looks at a group in the mounts of its hierarchy in which it lies, or, if
 * `anyhow`, at the mount points.  False if there was none. */
static bool look_in_mounts(struct search *search, enum hierarchy hierarchy,
                           const char *group, bool anyhow)
{
    struct rt_proc_reader *file = &search->mounts;
    char *mounted, *point;
    bool found = false;
    rt_format(search->path, sizeof search->path, "%s/proc/self/mountinfo",
              search->root);
    if (!rt_proc_begin(file, search->path))
        return false;
    while (rt_proc_line(file, search->line, sizeof search->line)) {
        if (!parse_mount(search->line, hierarchy, &mounted, &point))
            continue;
        const char *rest = anyhow ? "" : below(group, mounted);
        search->mount_length = strlen(search->root) + strlen(point);
        if (!rest ||
            search->mount_length + strlen(rest) >= sizeof search->path)
            continue;
        rt_format(search->path, sizeof search->path, "%s%s%s", search->root,
                  point, rest);
        look_upwards(search, hierarchy);
        found = true;
    }
    rt_proc_end(file);
    return found;
}

static void look_at_group(struct search *search, enum hierarchy hierarchy,
                          const char *group)
{
    if (!look_in_mounts(search, hierarchy, group, false))
        look_in_mounts(search, hierarchy, group, true);
}

static void look_at_groups(struct search *search)
{
    struct rt_proc_reader *file = &search->groups;
    char *line = search->group;
    if (strlen(search->root) > LINE_BYTES - 64)
        return;
    rt_format(line, LINE_BYTES, "%s/proc/self/cgroup", search->root);
    if (!rt_proc_begin(file, line))
        return;
    while (rt_proc_line(file, line, LINE_BYTES)) {
        char *rest = line;
        const char *number = word(&rest, ':');
        const char *controllers = word(&rest, ':');
        if (strcmp(number, "0") == 0 && *controllers == 0)
            look_at_group(search, UNIFIED, rest);
        if (lists(controllers, "memory"))
            look_at_group(search, MEMORY, rest);
        if (lists(controllers, "cpu"))
            look_at_group(search, CPU, rest);
    }
    rt_proc_end(file);
}

void mcgroup_read(const char *root, struct mcgroup_limits *limits)
{
    size_t page = os_page_bytes();
    size_t bytes = (sizeof(struct search) + page - 1) & ~(page - 1);
    struct search *search = os_map_present(bytes, bytes);
    *limits = (struct mcgroup_limits){MCGROUP_NONE, MCGROUP_NONE};
    if (!search)
        return;
    search->root = root;
    search->limits = limits;
    look_at_groups(search);
    os_release(search, bytes);
}
