/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* msleep.c - libraries without barriers whose code has not run since some
 * moment.
 *
 * Many a program is linked with libraries that a run of it never calls, or not
 * for long.  Code that does not run stores nothing.  So it is made not
 * executable, and its first instruction ends the sleep before it runs
 * [inv.asleep] (thread/mwake.c).
 *
 * Here is which libraries those are, and where it can be done:
 *
 *   the world    would be closed if they had no code (mworld.c).  The process
 *                began with all of them, so they are never unloaded: their
 *                addresses stay theirs.
 *   other code   None that belongs to no loaded object: a library may have made
 *                it, and it would store what it likes.
 *   SIGSEGV      Its action is the default one, and no thread of the program's
 *                blocks it.  Nobody traces the process: a debugger would show
 *                the fault to its user.
 *   the system   lets code be executable again, and tells of the fault as Linux
 *                does: that is tried, with a page of such a library's file.  No
 *                filter of system calls is there that may punish it later; a
 *                container's only makes calls fail.
 *
 * An object that is loaded later opens the world again: that wakes, when the
 * list of objects is read.  Whoever relies on the sleep in a stop has found out
 * before, as always, whether the list is the one that was read [inv.objects].
 *
 * Lock: the collection lock for all but msleep_lasts, msleep_end, msleep_look.
 */
#include "msleep.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_lock.h"
#include "base/rt_options.h"
#include "base/rt_print.h"
#include "base/rt_proc.h"
#include "base/rt_sandbox.h"
#include "base/rt_syscall.h"
#include "mroots.h"
#include "mworld.h"
#include "thread/mthread.h"
#include "thread/mwake.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

/* What sleeps, with whose it is. */
static struct mwake_code *code;
static const char **names;
static size_t ncode, room;

/* Why they do not sleep; NULL: nobody has asked, or they do. */
static const char *reason;
static bool told, told_waking;

static bool refuse(const char *why)
{
    reason = why;
    return false;
}

/* ---- which code ---------------------------------------------------------- */

static bool make_room(size_t n)
{
    if (n <= room)
        return true;
    struct mwake_code *more = os_alloc(n * sizeof *more);
    const char **more_names = os_alloc(n * sizeof *more_names);
    if (!more || !more_names)
        return false;
    code = more;
    names = more_names;
    room = n;
    return true;
}

/* In mroots' lock. */
static bool take_code(const struct mworld_code *all, size_t n)
{
    const uintptr_t page = os_page_bytes();
    if (!n)
        return refuse("there are none");
    if (!make_room(n))
        return refuse("no memory");
    for (size_t i = 0; i < n; i++) {
        if (all[i].number >= mroots_initial_objects())
            return refuse("one may be unloaded");
        if (all[i].is_writable)
            return refuse("code can be written");
        code[i].from = all[i].from & ~(page - 1);
        code[i].to = (all[i].to + page - 1) & ~(page - 1);
        names[i] = all[i].name;
    }
    ncode = n;
    return true;
}

static bool find_code(struct mworld_code *first)
{
    const struct mworld_code *all;
    mroots_lock();
    size_t n = mworld_libraries(&all);
    bool found = mworld_is_closed_without_libraries()
                     ? take_code(all, n)
                     : refuse("more than libraries opens the world");
    if (found)
        *first = all[0];
    mroots_unlock();
    return found;
}

/* ---- what is mapped ------------------------------------------------------ */

struct mapping {
    uintptr_t from, to;
    const char *rights;         /* "r-xp" */
    const char *line;
};

static uintptr_t read_hex(const char **at)
{
    uintptr_t value = rt_proc_number_after(*at, "", 16);
    while (**at && !strchr("- ", **at))
        ++*at;
    return value;
}

static struct mapping read_mapping(const char *line)
{
    struct mapping m = {.line = line};
    m.from = read_hex(&line);
    line += *line == '-';
    m.to = read_hex(&line);
    line += *line == ' ';
    m.rights = line;
    return m;
}

static size_t common(const struct mapping *m, const struct mwake_code *c)
{
    uintptr_t from = m->from > c->from ? m->from : c->from;
    uintptr_t to = m->to < c->to ? m->to : c->to;
    return from < to ? to - from : 0;
}

/* Adds what of it is the libraries' code; false: it is nobody's. */
static bool check_mapping(const struct mapping *m, size_t *bytes)
{
    size_t before = *bytes;
    bool is_plain = strncmp(m->rights, "r-xp", 4) == 0;
    for (size_t i = 0; is_plain && i < ncode; i++)
        *bytes += common(m, &code[i]);
    return *bytes > before || mworld_is_loaded(m->from, m->to) ||
           strstr(m->line, "[vsyscall]") || strstr(m->line, "[vdso]") ||
           strstr(m->line, "[uprobes]");
}

/* In mroots' lock. */
static bool check_all_mappings(struct rt_proc_reader *reader)
{
    char line[256];
    size_t bytes = 0, wanted = 0;
    for (size_t i = 0; i < ncode; i++)
        wanted += code[i].to - code[i].from;
    while (rt_proc_line(reader, line, sizeof line)) {
        struct mapping m = read_mapping(line);
        if (strnlen(m.rights, 4) == 4 && m.rights[2] == 'x' &&
            !check_mapping(&m, &bytes))
            return refuse("there is code of no object");
    }
    return bytes == wanted || refuse("their code is mapped otherwise");
}

static bool check_mappings(void)
{
    struct rt_proc_reader reader;
    if (!rt_proc_begin(&reader, "/proc/self/maps"))
        return refuse("there is no /proc");
    mroots_lock();
    bool right = check_all_mappings(&reader);
    mroots_unlock();
    rt_proc_end(&reader);
    return right;
}

/* ---- threads ------------------------------------------------------------- */

/* The runtime's own threads block all signals, and run nothing else.  Of the
 * calling one mwake_begin knows. */
static bool is_own(int tid)
{
    bool found = false;
    mthread_list_lock_to_stop();
    for (struct mthread *t = mthread_first(); t && !found; t = t->next)
        found = t->tid == tid && t->is_helper;
    mthread_list_unlock();
    return found || tid == (int)rt_syscall(SYS_gettid);
}

static bool begins(const char *line, const char *label)
{
    return strncmp(line, label, strlen(label)) == 0;
}

/* Of a container, which makes calls fail, or one that may punish.  The answer
 * for a process does not change. */
static bool is_dangerous_filter(void)
{
    static enum { UNKNOWN, NO, YES } answer;
    if (answer == UNKNOWN)
        answer = rt_sandbox_is_container() ? NO : YES;
    return answer == YES;
}

static const char *look_at_line(const char *line, bool is_helper)
{
    if (begins(line, "SigBlk:") && !is_helper &&
        rt_proc_number_after(line, "SigBlk:", 16) >> (SIGSEGV - 1) & 1)
        return "a thread blocks SIGSEGV";
    if (begins(line, "TracerPid:") &&
        rt_proc_number_after(line, "TracerPid:", 10))
        return "the process is traced";
    if (begins(line, "Seccomp:") &&
        rt_proc_number_after(line, "Seccomp:", 10) &&
        is_dangerous_filter())
        return "there is a filter of system calls";
    return NULL;
}

static void look_at_thread(const char *name, void *argument)
{
    const char **why = argument;
    struct rt_proc_reader reader;
    char path[64], line[128];
    if (*why)
        return;
    bool is_helper = is_own((int)rt_proc_decimal(name));
    rt_format(path, sizeof path, "/proc/self/task/%s/status", name);
    if (!rt_proc_begin(&reader, path)) {
        /* It has ended, if that is the reason. */
        *why = errno == ENOENT ? NULL : "its threads cannot be looked at";
        return;
    }
    while (!*why && rt_proc_line(&reader, line, sizeof line))
        *why = look_at_line(line, is_helper);
    rt_proc_end(&reader);
}

static bool check_threads(void)
{
    const char *why = NULL;
    int folder = rt_proc_open("/proc/self/task", O_DIRECTORY);
    if (folder < 0)
        return refuse("there is no /proc");
    rt_proc_for_each_entry(folder, look_at_thread, &why);
    return !why || refuse(why);
}

/* ---- the system ---------------------------------------------------------- */

/* A return instruction, which does nothing where it is called; 0: none. */
static uintptr_t find_return(uintptr_t page, size_t bytes)
{
    const void *found = memchr((const void *)page, 0xc3, bytes);
    return (uintptr_t)found;
}

static bool try_page(uintptr_t page, size_t bytes)
{
    uintptr_t at = find_return(page, bytes);
    return at && mwake_try(page, at);
}

static bool check_system(const struct mworld_code *first)
{
    const size_t page = os_page_bytes();
    int file = rt_proc_open(first->name, 0);
    if (file < 0)
        return refuse("a library's file cannot be read");
    uintptr_t at = (uintptr_t)rt_syscall(
        SYS_mmap, NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE, file,
        first->offset & ~(page - 1));
    rt_syscall(SYS_close, file);
    if (at == (uintptr_t)-1)
        return refuse("code cannot be mapped");
    bool can = try_page(at, page);
    rt_syscall(SYS_munmap, at, page);
    return can || refuse("the system does not let code run again");
}

/* ---- the sleep ----------------------------------------------------------- */

static bool is_sandboxed(void)
{
    return rt_load_relaxed(&rt_nfilters) || rt_sandbox_is_inherited;
}

static bool begin(void (*woken)(void))
{
    struct mworld_code first;
    if (!rt_options.sleep)
        return refuse("it is turned off");
    if (is_sandboxed())
        return refuse("there is a filter of system calls");
    if (!mwake_may_sleep())
        return refuse("SIGSEGV was blocked, or they have slept");
    if (!find_code(&first))
        return false;
    if (!mwake_prepare())
        return refuse("SIGSEGV has an action");
    if (!mwake_begin())
        return refuse("SIGSEGV is blocked, or was");
    if (check_threads() && check_mappings() && check_system(&first))
        return mwake_complete(code, ncode, woken) ||
               refuse("the system refuses");
    mwake_abandon();
    return false;
}

bool msleep_begin(void (*woken)(void))
{
    int saved = errno;
    rt_assert(rt_holds_lock(RT_RANK_GC));
    reason = NULL;
    told = false;
    bool asleep = begin(woken);
    msleep_look();              /* the list may have been read meanwhile */
    errno = saved;
    return asleep;
}

/* What the process began with is never unloaded: as much code is the same. */
static bool is_all_code(void)
{
    const struct mworld_code *all;
    return mworld_is_closed_without_libraries() &&
           mworld_libraries(&all) == ncode;
}

bool msleep_lasts(void)
{
    return mwake_is_asleep() && is_all_code();
}

void msleep_end(void)
{
    mwake_now("the collector");
}

void msleep_look(void)
{
    if (mwake_is_asleep() && !is_all_code())
        mwake_now("an object that was loaded");
}

/* ---- tests and traces ---------------------------------------------------- */

static void note_nothing(void)
{
}

void msleep_for_tests(void)
{
    static bool done;
    if (rt_options.sleep > 1 && !done) {
        done = true;
        msleep_begin(note_nothing);
    }
}

static const char *name_of(uintptr_t address)
{
    for (size_t i = 0; i < ncode; i++) {
        const char *base = strrchr(names[i], '/');
        if (address - code[i].from < code[i].to - code[i].from)
            return base ? base + 1 : names[i];
    }
    return "nobody";
}

void msleep_trace(void)
{
    const char *cause;
    uintptr_t address;
    size_t bytes = 0;
    for (size_t i = 0; i < ncode; i++)
        bytes += code[i].to - code[i].from;
    if (!told && reason)
        rt_print("libraries do not sleep: %s\n", reason);
    else if (!told && ncode)
        rt_print("libraries sleep: %zu KB of code\n", bytes >> 10);
    told = true;
    if (told_waking || !mwake_cause(&cause, &address))
        return;
    rt_print("libraries woken by %s\n", cause ? cause : name_of(address));
    told_waking = true;
}
