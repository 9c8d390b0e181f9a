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
 * Of the C library's functions with a format that is no constant, pointers to
 * what is neither text nor an integer are printed: %p is all that takes them.
 * An argument that is a pointer cast to an integer on the spot counts under
 * any conversion.
 *
 * Where the C library writes to a stream or a descriptor the runtime looks
 * whether the process can read it back: memory streams and regular files that
 * are open for reading too, as tmpfile's.  What goes elsewhere is lost
 * (docs/limits.md): else a trace would keep everything that it names.
 *
 * The conversions of own functions are unknown, and so is how many arguments
 * each takes.  So besides the argument at the place of a %p in a reading by
 * printf's rules, every pointer to something else than characters counts.
 */
#include "rw_passes.h"

#include "util/arena.h"

#include <ctype.h>
#include <string.h>

/* Which of the first 64 variable arguments %p prints, as a set; whether there
 * is a %p; whether there is any conversion.  `unknown`: no constant. */
struct format {
    uint64_t printed;
    bool any, converts, unknown;
};

/* Where the text goes. */
enum medium { MEMORY, STREAM, STANDARD_OUTPUT, DESCRIPTOR, NOWHERE };

/* Skips flags, width, precision and length.  The text is that of the source:
 * a constant in pieces has quotes in it. */
static const char *skip_modifiers(const char *p, const char *end,
                                  unsigned *argument)
{
    while (p < end &&
           (isdigit((unsigned char)*p) || isspace((unsigned char)*p) ||
            strchr("-+#0'\".*hljztL", *p))) {
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
        format.converts = true;
        if (*p == 'p') {
            format.any = true;
            if (argument < 64)
                format.printed |= (uint64_t)1 << argument;
        }
        argument++;
    }
    return format;
}

static enum medium medium_of(const char *name)
{
    static const struct { const char *name; enum medium medium; } list[] = {
        {"dprintf", DESCRIPTOR}, {"err", NOWHERE}, {"error", NOWHERE},
        {"errx", NOWHERE}, {"fprintf", STREAM}, {"fwprintf", STREAM},
        {"printf", STANDARD_OUTPUT}, {"syslog", NOWHERE}, {"warn", NOWHERE},
        {"warnx", NOWHERE}, {"wprintf", STANDARD_OUTPUT}, {NULL, MEMORY}
    };
    if (strstr(name, "scanf"))
        return NOWHERE;
    for (int i = 0; list[i].name; i++)
        if (strcmp(list[i].name, name) == 0)
            return list[i].medium;
    return MEMORY;
}

static bool formats(const char *name)
{
    size_t bytes = strlen(name);
    return bytes >= 6 && strcmp(name + bytes - 6, "printf") == 0;
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
    return type && type->kind == T_POINTER &&
        type->target->kind != T_FUNCTION;
}

static bool is_text(const struct type *type)
{
    return type->target->kind == T_INTEGER && type->target->size == 1;
}

/* What only %p takes: nothing that %s, %ls or %n would. */
static bool is_object(const struct type *type)
{
    return is_pointer(type) && !type_is_integer(type->target);
}

static bool is_cast_pointer(struct node *argument)
{
    while (type_is_pointer_wide_integer(argument->type)) {
        if (argument->kind != N_PAREN && argument->kind != N_CONVERT &&
            argument->kind != N_CAST)
            return false;
        bool cast = argument->kind == N_CAST;
        argument = argument->kids[0];
        if (cast && is_pointer(argument->type))
            return true;
    }
    return false;
}

static bool is_printed(const struct format *format, unsigned place,
                       struct node *argument)
{
    bool printed = place < 64 && format->printed >> place & 1;
    if (rw_is_harmless(argument) || is_local_address(argument))
        return false;
    if (is_cast_pointer(argument))
        return format->converts || format->unknown;
    if (format->unknown)
        return is_object(argument->type);
    return format->any && is_pointer(argument->type) &&
        (!is_text(argument->type) || printed);
}

/* `f(S, …)` becomes `({ auto o = S; f(o, …); })`; returns the C text of what
 * is given to the runtime. */
static const char *name_medium(struct rewrite *r, struct node *call,
                               enum medium medium)
{
    struct node *argument = call->kids[1];
    if (medium == STANDARD_OUTPUT)
        return "(void*)0";
    const char *name = arena_printf("__escc_o%u", ++r->serial);
    edits_before(&r->edits, call->begin, "__extension__({");
    rw_name_operand(r, call, argument, name, "(", name);
    edits_after(&r->edits, call->end, ";})");
    rw_wrap(r, call);
    return name;
}

static const char *opening(struct rewrite *r, struct node *call,
                           enum medium medium)
{
    if (medium == MEMORY)
        return "__escc_printed((const void*)(";
    return arena_printf("__escc_printed_%s(%s,(const void*)(",
                        medium == DESCRIPTOR ? "fd" : "on",
                        name_medium(r, call, medium));
}

void rw_print(struct rewrite *r, struct node *call)
{
    int fixed = fixed_arguments(call);
    bool checked;
    if (fixed < 0 || call->kid_count <= fixed + 1)
        return;
    const char *name = rw_library_callee(call, &checked);
    enum medium medium = name ? medium_of(name) : MEMORY;
    struct format format = find_format(r, call, fixed);
    format.unknown = !format.converts && name && formats(name) &&
        node_strip(call->kids[fixed])->kind != N_STRING;
    if (medium == NOWHERE || !(format.converts || format.unknown))
        return;
    const char *open = NULL;
    for (int i = fixed + 1; i < call->kid_count; i++) {
        struct node *argument = call->kids[i];
        if (!is_printed(&format, (unsigned)(i - fixed - 1), argument))
            continue;
        if (!open)
            open = opening(r, call, medium);
        edits_before(&r->edits, argument->begin,
                     is_cast_pointer(argument)
                     ? arena_printf("(unsigned long)%s", open) : open);
        edits_after(&r->edits, argument->end, "))");
    }
}
