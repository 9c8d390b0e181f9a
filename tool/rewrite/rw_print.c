/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_print.c - pointers that the program writes as text.
 *
 * C lets a program print a pointer with %p and read it back later (7.21.6.1,
 * 7.21.6.2), and programs with an interpreter inside do so to hand objects to
 * scripts; sqlite's Tcl interface is one.  In between the text is all there
 * is, and no collector sees it.  So an argument that is printed goes through
 * __escc_printed: from then on its object lives until it is freed.
 *
 * The call is recognised by a string constant with %p in it in front of the
 * variable arguments of any function: own formatting functions are common.
 * Those of the C library that write to a file or a terminal are left alone,
 * since what is only there is lost (docs/limits.md), and a trace would keep
 * everything that it names.
 *
 * The conversions of own functions are unknown, and so is how many arguments
 * each takes.  So besides the argument at the place of a %p in a reading by
 * printf's rules, every pointer to something else than characters counts.
 */
#include "rw.h"

#include "util/arena.h"

#include <ctype.h>
#include <string.h>

/* Which of the first 64 variable arguments %p prints, as a set. */
struct format {
    uint64_t printed;
    bool any;
};

/* Skips flags, width, precision and length.  The text is that of the source:
 * a constant in pieces has quotes in it. */
static const char *skip_modifiers(const char *p, const char *end,
                                  unsigned *argument)
{
    while (p < end && (isdigit((unsigned char)*p) || isspace((unsigned char)*p)
                       || strchr("-+#0'\".*hljztL", *p))) {
        *argument += *p == '*';
        p++;
    }
    return p;
}

static struct format read_format(const char *text, size_t bytes)
{
    struct format format = {0};
    const char *end = text + bytes;
    unsigned argument = 0;
    for (const char *p = text; p < end; p++) {
        if (*p != '%')
            continue;
        p = skip_modifiers(p + 1, end, &argument);
        if (p >= end || *p == '%')
            continue;
        if (*p == 'p') {
            format.any = true;
            if (argument < 64)
                format.printed |= (uint64_t)1 << argument;
        }
        argument++;
    }
    return format;
}

/* Functions of the library that read, or whose text leaves the program. */
static bool is_elsewhere(const char *name)
{
    static const char *const names[] = {
        "dprintf", "err", "error", "errx", "fprintf", "fwprintf", "printf",
        "syslog", "warn", "warnx", "wprintf", NULL
    };
    if (strstr(name, "scanf"))
        return true;
    for (const char *const *p = names; *p; p++)
        if (strcmp(*p, name) == 0)
            return true;
    return false;
}

/* The number of arguments in front of the variable ones; -1: there are no
 * variable ones. */
static int fixed_arguments(const struct node *call)
{
    const struct type *type = call->kids[0]->type;
    if (type && type->kind == T_POINTER)
        type = type->target;
    if (!type || type->kind != T_FUNCTION || !type->variadic)
        return -1;
    return type->parameter_count;
}

static struct format find_format(const struct rewrite *r,
                                 const struct node *call, int fixed)
{
    struct format format = {0};
    for (int i = 1; i <= fixed && i < call->kid_count && !format.any; i++) {
        const struct node *plain = node_strip(call->kids[i]);
        if (plain->kind == N_STRING)
            format = read_format(r->unit->text + plain->begin,
                                 plain->end - plain->begin);
    }
    return format;
}

/* Text with the address of a local means nothing once its block is left. */
static bool is_local_address(struct node *argument)
{
    struct node *plain = node_strip(argument);
    if (plain->kind != N_ADDRESS)
        return false;
    const struct symbol *root = rw_root(plain->kids[0]);
    return root && root->is_local;
}

static bool is_pointer(const struct type *type)
{
    return type && type->kind == T_POINTER
        && type->target->kind != T_FUNCTION;
}

static bool is_text(const struct type *type)
{
    return type->target->kind == T_INTEGER && type->target->size == 1;
}

void rw_print(struct rewrite *r, struct node *call)
{
    int fixed = fixed_arguments(call);
    bool checked;
    if (fixed < 0 || call->kid_count <= fixed + 1)
        return;
    const char *name = rw_library_callee(call, &checked);
    if (name && is_elsewhere(name))
        return;
    struct format format = find_format(r, call, fixed);
    if (!format.any)
        return;
    for (int i = fixed + 1; i < call->kid_count; i++) {
        struct node *argument = call->kids[i];
        unsigned place = (unsigned)(i - fixed - 1);
        bool printed = place < 64 && format.printed >> place & 1;
        if (!is_pointer(argument->type) || rw_is_harmless(argument)
            || is_local_address(argument)
            || (is_text(argument->type) && !printed))
            continue;
        edits_before(&r->edits, argument->begin,
                     "__escc_printed((const void*)(");
        edits_after(&r->edits, argument->end, "))");
    }
}
