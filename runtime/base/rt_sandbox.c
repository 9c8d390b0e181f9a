/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_sandbox.c - filters of system calls.
 *
 * A program that locks itself into a list of system calls is ended by the
 * first that is not in it, and the list was written without us in mind.  But
 * the filter passes by us (wrap/mwrap_sandbox.c), and is a small program: so
 * what it would answer is computed before each call of the runtime's, and a
 * call that it would punish fails with EPERM instead.  All who call the kernel
 * can live with that; what a collection cannot do without is asked for by name
 * (gc/mgc.c).
 *
 * Filters that only make calls fail need no such care.  Nothing can be known of
 * one that was there when the process began, but that it was made for a program
 * of the ordinary kind, and lets it begin.  So no call is made then that
 * ordinary programs do not make (rt_syscall_is_unusual); all who make these
 * have another way.  Containers have a filter, too, and one that makes calls
 * fail: there all is tried.
 *
 * A filter of one thread counts for all.
 *
 * The interpreter knows the classic BPF that seccomp(2) accepts.  What it does
 * not understand it takes for a refusal.
 *
 * No lock: filters are added by who installs them, one after another, and
 * never change.
 */
#include "rt_sandbox.h"

#include "os.h"
#include "rt_atomic.h"
#include "rt_proc.h"
#include "rt_syscall.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { MOST_FILTERS = 32, NARGUMENTS = 6 };

struct filter {
    const struct sock_filter *code;     /* NULL: the strict mode */
    unsigned length;
};

static struct filter filters[MOST_FILTERS];
uint32_t rt_nfilters;

bool rt_sandbox_is_inherited;

/* ---- the interpreter ----------------------------------------------------- */

struct machine {
    uint32_t a, x, memory[BPF_MEMWORDS];
    const struct seccomp_data *data;
};

static bool compute(struct machine *m, const struct sock_filter *i)
{
    uint32_t operand = BPF_SRC(i->code) == BPF_X ? m->x : i->k;
    switch (BPF_OP(i->code)) {
    case BPF_ADD: m->a += operand; break;
    case BPF_SUB: m->a -= operand; break;
    case BPF_MUL: m->a *= operand; break;
    case BPF_OR: m->a |= operand; break;
    case BPF_AND: m->a &= operand; break;
    case BPF_XOR: m->a ^= operand; break;
    case BPF_LSH: m->a = operand < 32 ? m->a << operand : 0; break;
    case BPF_RSH: m->a = operand < 32 ? m->a >> operand : 0; break;
    case BPF_NEG: m->a = -m->a; break;
    case BPF_DIV:
        if (operand == 0)
            return false;
        m->a /= operand;
        break;
    default: return false;
    }
    return true;
}

static bool load(struct machine *m, const struct sock_filter *i, uint32_t *to)
{
    switch (BPF_MODE(i->code)) {
    case BPF_IMM: *to = i->k; return true;
    case BPF_LEN: *to = sizeof *m->data; return true;
    case BPF_MEM:
        *to = i->k < BPF_MEMWORDS ? m->memory[i->k] : 0;
        return i->k < BPF_MEMWORDS;
    case BPF_ABS:
        if (i->k > sizeof *m->data - sizeof *to)
            return false;
        memcpy(to, (const char *)m->data + i->k, sizeof *to);
        return true;
    default: return false;
    }
}

static unsigned jump(const struct machine *m, const struct sock_filter *i)
{
    uint32_t operand = BPF_SRC(i->code) == BPF_X ? m->x : i->k;
    switch (BPF_OP(i->code)) {
    case BPF_JA: return i->k;
    case BPF_JEQ: return m->a == operand ? i->jt : i->jf;
    case BPF_JGT: return m->a > operand ? i->jt : i->jf;
    case BPF_JGE: return m->a >= operand ? i->jt : i->jf;
    default: return m->a & operand ? i->jt : i->jf;
    }
}

/* One instruction that does not return; false: not understood. */
static bool step(struct machine *m, const struct sock_filter *i, unsigned *at)
{
    switch (BPF_CLASS(i->code)) {
    case BPF_LD: return load(m, i, &m->a);
    case BPF_LDX: return load(m, i, &m->x);
    case BPF_ST:
    case BPF_STX:
        if (i->k >= BPF_MEMWORDS)
            return false;
        m->memory[i->k] = BPF_CLASS(i->code) == BPF_ST ? m->a : m->x;
        return true;
    case BPF_ALU: return compute(m, i);
    case BPF_JMP: *at += jump(m, i); return true;
    case BPF_MISC:
        if (BPF_MISCOP(i->code) == BPF_TAX)
            m->x = m->a;
        else
            m->a = m->x;
        return true;
    default: return false;
    }
}

/* What the filter answers, SECCOMP_RET_…. */
static uint32_t run(const struct filter *filter,
                    const struct seccomp_data *data)
{
    struct machine machine = {.data = data};
    for (unsigned at = 0; at < filter->length; at++) {
        const struct sock_filter *i = &filter->code[at];
        if (BPF_CLASS(i->code) == BPF_RET)
            return BPF_RVAL(i->code) == BPF_A ? machine.a : i->k;
        if (!step(&machine, i, &at))
            break;
    }
    return SECCOMP_RET_KILL_PROCESS;
}

/* ---- asking -------------------------------------------------------------- */

static bool is_made(uint32_t answer)
{
    uint32_t action = answer & SECCOMP_RET_ACTION_FULL;
    return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
}

static bool is_survived(uint32_t answer)
{
    return is_made(answer) ||
           (answer & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO;
}

static bool is_strictly_allowed(long number)
{
    return number == SYS_read || number == SYS_write || number == SYS_exit ||
           number == SYS_rt_sigreturn;
}

/* Whether all of the first n filters give an answer of that kind. */
static bool agree(uint32_t n, long number, const long *arguments,
                  bool (*is_right)(uint32_t answer))
{
    struct seccomp_data data = {.nr = (int)number, .arch = AUDIT_ARCH_X86_64};
    for (int i = 0; i < NARGUMENTS; i++)
        data.args[i] = (uint64_t)arguments[i];
    for (uint32_t i = 0; i < n; i++)
        if (filters[i].code ? !is_right(run(&filters[i], &data))
                            : !is_strictly_allowed(number))
            return false;
    return true;
}

bool rt_sandbox_allows(long number, const long *arguments)
{
    return agree(rt_load_acquire(&rt_nfilters), number, arguments,
                 is_survived);
}

static const long none[NARGUMENTS];

bool rt_sandbox_allows_any(long number)
{
    return !rt_load_relaxed(&rt_nfilters) || rt_sandbox_allows(number, none);
}

static bool lets_stop(uint32_t n)
{
    static const long needed[] = {SYS_tgkill, SYS_gettid, SYS_futex,
                                  SYS_rt_tgsigqueueinfo, SYS_rt_sigreturn};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!agree(n, needed[i], none, is_made))
            return false;
    return true;
}

bool rt_sandbox_lets_stop(void)
{
    uint32_t n = rt_load_acquire(&rt_nfilters);
    return n == 0 || lets_stop(n);
}

bool rt_sandbox_will_let_stop(void)
{
    return lets_stop(rt_load_acquire(&rt_nfilters) + 1);
}

/* ---- what was there before ----------------------------------------------- */

/* A line of mountinfo: the whole of a layered file system is at the root. */
static bool is_layered_root(const char *line)
{
    return strstr(line, " / / ") && strstr(line, "overlay");
}

bool rt_sandbox_is_container(void)
{
    struct rt_proc_reader reader;
    char line[256];
    bool found = false;
    if (!rt_proc_begin(&reader, "/proc/self/mountinfo"))
        return false;
    while (!found && rt_proc_line(&reader, line, sizeof line))
        found = is_layered_root(line);
    rt_proc_end(&reader);
    return found;
}

void rt_sandbox_init(void)
{
    long mode = rt_syscall(SYS_prctl, PR_GET_SECCOMP);
    rt_sandbox_is_inherited = mode != SECCOMP_MODE_DISABLED &&
                              !rt_sandbox_is_container();
}

/* ---- adding -------------------------------------------------------------- */

bool rt_sandbox_prepare(const struct sock_fprog *program)
{
    uint32_t n = rt_load_acquire(&rt_nfilters);
    if (n == MOST_FILTERS)
        return false;
    filters[n] = (struct filter){NULL, 0};
    if (!program)
        return true;
    size_t bytes = program->len * sizeof *program->filter;
    struct sock_filter *code = os_alloc(bytes);
    if (!code)
        return false;
    memcpy(code, program->filter, bytes);
    filters[n] = (struct filter){code, program->len};
    return true;
}

void rt_sandbox_enter(void)
{
    rt_store_release(&rt_nfilters, rt_load_relaxed(&rt_nfilters) + 1);
}

void rt_sandbox_refused(void)
{
    rt_store_release(&rt_nfilters, rt_load_relaxed(&rt_nfilters) - 1);
}
