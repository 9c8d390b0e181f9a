/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_lend.c - which calls only borrow what they are given.
 *
 * Whether a block of malloc's may be in its function's frame (esc_promote.c)
 * depends on more than on who keeps its address: whoever gets it may free it.
 *
 * [inv.promote.release]  an object may be freed, or must be a block of malloc's
 * for another reason, if its address flows to an argument of any call but of
 *
 *   - a function of this unit, called by its name, whose own body does neither
 *     with that parameter or with what it leads to (esc_tag.released).  Where a
 *     library may be loaded that has another function of the name, only of a
 *     static one;
 *   - a function of ISO C, which no program may define [inv.library.replaced],
 *     and which frees nothing that it is given.  (But pointers in what it reads
 *     as characters it may copy, where nobody follows them: fwrite, strncpy);
 *   - free itself and realloc, by their names: such calls are looked at
 *     (esc_promote.c).
 *
 * So does one of which a part is computed (`(unsigned)((uintptr_t)p >> 32)`):
 * the solver does not follow what is no address any more [inv.prov.lost], and
 * the program may put it together again.
 *
 * So does what is stored through a pointer that was made of a number, an
 * operand of assembly, a static that addresses are compared with
 * (esc_compared.c), and what is printed as an address, which the program may
 * read back (rw_print.c).
 */
#include "esc_build.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Sorted.  Of ISO C's functions those that free, keep, or read their variable
 * arguments from a list. */
static const char *const owners[] = {
    "calloc", "fclose", "free", "freopen", "longjmp", "malloc", "realloc",
    "setbuf", "setjmp", "setvbuf", "signal", "vfprintf", "vprintf",
    "vsnprintf", "vsprintf"
};

/* Sorted.  Of ISO C's functions those that copy no bytes, or of which the
 * table says what they copy. */
static const char *const followed[] = {
    "memchr", "memcmp", "memcpy", "memmove", "memset"
};

/* Sorted.  Of compilers' functions, which do not call anything. */
static const char *const builtins[] = {
    "__builtin_constant_p", "__builtin_dynamic_object_size",
    "__builtin_expect", "__builtin_object_size", "__builtin_prefetch"
};

static int compare(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

#define HAS(table, word)                                                    \
    (!!bsearch(word, table, sizeof table / sizeof *table, sizeof *table,    \
               compare))

const char *esc_plain_name(const struct symbol *callee)
{
    const char *name = callee->name;
    bool builtin = strncmp(name, "__builtin_", 10) == 0;
    if (builtin)
        name += 10;
    if (strncmp(name, "__isoc", 6) == 0 && strlen(name) > 9 &&
        name[8] == '_')
        return name + 9;
    size_t bytes = strlen(name);
    if (bytes > 6 && strncmp(name, "__", 2) == 0 &&
        strcmp(name + bytes - 4, "_chk") == 0)
        return arena_strndup(name + 2, bytes - 6);
    return name;
}

/* Whether it is one of ISO C's that frees nothing. */
static bool borrows(const struct symbol *callee)
{
    const struct esc_tag *tag = esc_library_tag(callee);
    if (!tag)
        return HAS(builtins, callee->name);
    const char *name = esc_plain_name(callee);
    return isalpha((unsigned char)*name) && strncmp(name, "escc_", 5) != 0 &&
           library_reserves(name) && !HAS(owners, name);
}

static bool is_free(const struct node *call, const struct symbol *callee)
{
    return esc_library_tag(callee) && call->kid_count == 2 &&
           strcmp(esc_plain_name(callee), "free") == 0 &&
           call->type && call->type->kind == T_VOID &&
           type_is_pointer(call->kids[1]->type) &&
           !(call->flags & NODE_MACRO);
}

static bool is_realloc(const struct node *call, const struct symbol *callee)
{
    return esc_library_tag(callee) && call->kid_count == 3 &&
           strcmp(esc_plain_name(callee), "realloc") == 0 &&
           call->type && call->type->kind == T_POINTER &&
           type_is_pointer(call->kids[1]->type) &&
           !(call->flags & NODE_MACRO);
}

/* Whether the text of a format has a %p. */
static bool has_pointer(const char *text)
{
    while ((text = strchr(text, '%'))) {
        text++;
        text += strspn(text, "-+ #0123456789.*'\"hlLqjzt");
        if (*text == 'p')
            return true;
        text += *text == '%';
    }
    return false;
}

/* Whether a call with variable arguments may print addresses. */
static bool prints_addresses(const struct node *call, int fixed)
{
    for (int i = 1; i <= fixed && i < call->kid_count; i++) {
        const struct node *plain = node_strip(call->kids[i]);
        if (plain->kind == N_STRING && plain->text)
            return has_pointer(plain->text);
    }
    return true;
}

/* `%lx` of an address that is cast to an integer prints it, too. */
static void release_printed(struct esc_builder *b, const struct node *call,
                            const struct esc_tag *tag,
                            struct esc_location *const *arguments, int count)
{
    int fixed = tag->parameter_count - 1;
    bool any = prints_addresses(call, fixed);
    for (int i = fixed; i < count; i++)
        if (any || !type_is_pointer(call->kids[i + 1]->type))
            esc_graph_release(b->graph, arguments[i], 0);
}

/* The function frees nothing that it is given.  Pointers in what it reads as
 * characters it may copy into a text or a file. */
static void lend(struct esc_builder *b, const struct node *call,
                 const struct symbol *callee,
                 struct esc_location *const *arguments, int count)
{
    const struct esc_tag *tag = esc_library_tag(callee);
    if (!tag)
        return;
    if (tag->variadic)
        release_printed(b, call, tag, arguments, count);
    b->function->calls_unknown |= tag->callback >= 0;
    for (int i = 0; i < count && !HAS(followed, esc_plain_name(callee)); i++)
        esc_graph_release(b->graph, arguments[i], 1);
}

void esc_lend(struct esc_builder *b, const struct node *node,
              const struct symbol *callee, bool here,
              struct esc_location *const *arguments, int argument_count)
{
    struct esc_function *f = b->function;
    bool replaced = b->context->options->interposable && callee &&
                    callee->storage != ST_STATIC;
    if (here && node && !replaced)
        return;
    if (node && callee && !here && borrows(callee)) {
        lend(b, node, callee, arguments, argument_count);
        return;
    }
    if (node && callee && !here && is_free(node, callee)) {
        struct esc_free call = {node, arguments[0], false};
        vec_push(&f->frees, call);
        return;
    }
    if (node && callee && !here && is_realloc(node, callee)) {
        struct esc_free call = {node, arguments[0], true};
        vec_push(&f->frees, call);
        esc_graph_release(b->graph, arguments[1], 0);
        return;
    }
    bool allocates = node && callee && !here && esc_library_tag(callee) &&
                     HAS(owners, esc_plain_name(callee));
    f->calls_unknown |= !allocates;
    for (int i = 0; i < argument_count; i++)
        esc_graph_release(b->graph, arguments[i], 0);
}
