/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* verify.c - does the output do what the input does?
 *
 * Three checks, blind to what the rewriter inserts by design:
 *
 *  - Lines: without the prologue, output and input have the same directive
 *    lines (`# 12 "x.c"`) with the same number of lines between them.
 *  - Shape: function by function, the same constructs the same number of
 *    times.  Each construct of the user gives an atom: the names of variables
 *    and functions used, members, constants, strings, operators, calls by
 *    callee, statements.  The order is not compared, for barriers change it
 *    (right side before left side).  What was inserted gives none, and is
 *    known by its `__escc_` names; replaced callees count as the original.
 *
 *  - Names: what stands for a moved local was rewritten also where libclang
 *    shows no node [inv.account]: the account of the output finds there as
 *    many names as that of the input, without those of moved locals; and a
 *    moved parameter is named by what was inserted, and by nothing else.  (A
 *    variable that moved has a poison [inv.local.poison], as have most
 *    parameters, so that a use that was left does not parse.)
 *
 * Text that was lost, doubled or attached to the wrong construct changes the
 * atoms; text that does not even parse is the first thing that is found.  Not
 * compared are stores and copies, of which the barriers make other ones, and
 * dereferences and addresses, which moved locals have more of: what those do
 * is for the tests that run programs.
 */
#include "verify.h"

#include "edit/rw_moved.h"

#include "util/diag.h"
#include "util/map.h"
#include "util/strbuf.h"
#include "util/vec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct atom {
    const char *text;
    uint32_t offset;
};

struct atoms {
    VEC(struct atom);
};

/* The x of `__escc_p12_x`, which stands for x, or dlsym for what is in its
 * place (rw_dlsym.c); NULL for any other name. */
static const char *moved_name(const char *name)
{
    static const char prefix[] = "__escc_p";
    if (strcmp(name, "__escc_dlsym") == 0)
        return "dlsym";
    if (strncmp(name, prefix, sizeof prefix - 1) != 0)
        return NULL;
    name += sizeof prefix - 1;
    size_t digits = strspn(name, "0123456789");
    return digits && name[digits] == '_' ? name + digits + 1 : NULL;
}

/* Inserted, and stands for nothing of the user's. */
static bool is_ours(const char *name)
{
    return name && strncmp(name, "__escc_", 7) == 0 && !moved_name(name);
}

/* ---- lines --------------------------------------------------------------- */

/* Calls for each line; the prologue's lines are stepped over. */
static const char *next_line(const char *p, const char *end)
{
    const char *newline = memchr(p, '\n', (size_t)(end - p));
    return newline ? newline + 1 : end;
}

static const char *skip_prologue(const char *p, const char *end)
{
    static const char head[] = "# 1 \"<escc>\"";
    if ((size_t)(end - p) > sizeof head &&
        memcmp(p, head, sizeof head - 1) == 0)
        for (int i = 0; i < 3; i++)
            p = next_line(p, end);
    return p;
}

_Noreturn static void fail(const char *path, const char *file, unsigned line,
                           const char *what)
{
    struct diag_place place = {.file = file, .line = line};
    remove(path);
    diag_print(DIAG_ERROR, "escc-verify", place,
               "rewriting changed the program: %s", what);
    diag_internal(__FILE__, __LINE__, "the output differs in shape");
}

static bool same_line(const char *a, const char *a_end, const char *b,
                      const char *b_end)
{
    bool directive = a < a_end && *a == '#', other = b < b_end && *b == '#';
    if (directive != other)
        return false;
    return !directive ||
        (a_end - a == b_end - b &&
            memcmp(a, b, (size_t)(a_end - a)) == 0);
}

static void compare_lines(const struct unit *input, const struct unit *output,
                          const char *path)
{
    const char *a = input->text, *a_end = a + input->bytes;
    const char *b = output->text, *b_end = b + output->bytes;
    while (a < a_end || b < b_end) {
        b = skip_prologue(b, b_end);
        const char *a_next = a < a_end ? next_line(a, a_end) : a;
        const char *b_next = b < b_end ? next_line(b, b_end) : b;
        if ((a == a_end) != (b == b_end) ||
            !same_line(a, a_next, b, b_next)) {
            struct place place =
                unit_place(input, (uint32_t)(a - input->text));
            fail(path, place.file, place.line, "lines moved");
        }
        a = a_next;
        b = b_next;
    }
}

/* ---- shape --------------------------------------------------------------- */

/* The original name of what was replaced. */
static const char *plain_name(const char *name)
{
    static const char builtin[] = "__builtin_";
    if (is_ours(name))
        name += 7;
    if (strncmp(name, builtin, sizeof builtin - 1) == 0)
        name += sizeof builtin - 1;
    while (*name == '_')
        name++;
    if (strcmp(name, "free_now") == 0 || strcmp(name, "free_now_in") == 0)
        return "free";
    size_t bytes = strlen(name);
    if (bytes > 4 && (strcmp(name + bytes - 4, "_chk") == 0 ||
                      strcmp(name + bytes - 4, "_for") == 0))
        return arena_strndup(name, bytes - 4);
    if (bytes > 3 && (strcmp(name + bytes - 3, "_as") == 0 ||
                      strcmp(name + bytes - 3, "_in") == 0))
        return arena_strndup(name, bytes - 3);
    return name;
}

/* Callees that rewriting adds, removes or exchanges. */
static bool is_copier(const char *name)
{
    static const char *const names[] = {
        "memcpy", "memmove", "mempcpy", "bcopy", "shade_range", "new",
        "found_symbol", "replaced_symbol", "opened",
        "object_size", "dynamic_object_size", NULL
    };
    const char *plain = plain_name(name);
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], plain) == 0)
            return true;
    return false;
}

static void add(struct atoms *atoms, const struct node *n, const char *text)
{
    struct atom atom = {text, n->begin};
    vec_push(atoms, atom);
}

/* Whether a condition is about the flag, or about the limit of a copy.  Not
 * looking into statement expressions: `if (({ … }))` may be the user's
 * condition with a barrier in it. */
static bool is_our_condition(struct node *n, void *context)
{
    bool *found = context;
    const char *name = n->kind == N_REF && n->symbol ? n->symbol->name : "";
    if (strcmp(name, "__escc_tls") == 0 ||
        strncmp(name, "__escc_d", 8) == 0 ||
        strncmp(name, "__escc_l", 8) == 0)
        *found = true;
    return !*found && n->kind != N_STMT_EXPR;
}

/* Below casts and parentheses, a reference to a name of ours: that name. */
static const char *our_reference(struct node *n)
{
    while (n->kind == N_CAST || n->kind == N_CONVERT || n->kind == N_PAREN ||
           n->kind == N_LOAD)
        n = n->kids[0];
    return n->kind == N_REF && n->symbol && is_ours(n->symbol->name)
        ? n->symbol->name : NULL;
}

static bool is_our_reference(struct node *n)
{
    return our_reference(n);
}

/* The thread's state. */
static bool is_our_state(const struct node *n)
{
    return n->kind == N_REF && n->symbol &&
        strcmp(n->symbol->name, "__escc_tls") == 0;
}

/* `__escc_decided.at_load[3] ? … : …` [inv.local.decided] */
static bool is_decision(const struct node *n)
{
    const struct node *value =
        n->kind == N_CONDITIONAL ? node_strip(n->kids[0]) : NULL;
    while (value && (value->kind == N_INDEX || value->kind == N_MEMBER ||
                     value->flags & NODE_IMPLICIT))
        value = value->kids[0];
    return value && value->kind == N_REF && value->symbol &&
        strcmp(value->symbol->name, "__escc_decided") == 0;
}

/* `!v` of a result that was named. */
static bool is_outcome(const struct node *n)
{
    return n->kind == N_UNARY && n->op == '!' &&
        is_our_reference(n->kids[0]);
}

/* A temporary that is copied to. */
static bool is_temporary(struct node *n)
{
    while (n->kind == N_CAST || n->kind == N_CONVERT)
        n = n->kids[0];
    return is_our_reference(n->kind == N_ADDRESS ? n->kids[0] : n);
}

/* `x = __escc_new(…)` or `x = __escc_h3` in the initialiser of a moved x;
 * `x = __escc_t3` is an assignment of the user's. */
static bool is_object_assignment(struct node *n)
{
    if (n->kind != N_ASSIGN || n->kids[0]->kind != N_REF)
        return false;
    struct node *value = node_strip(n->kids[1]);
    while (value->kind == N_CONVERT || value->kind == N_PAREN)
        value = value->kids[0];
    if (value->kind == N_ASSIGN)
        value = value->kids[0];
    const struct symbol *callee =
        value->kind == N_CALL ? node_callee(value) : NULL;
    if (callee)
        return strcmp(callee->name, "__escc_new") == 0;
    if (is_decision(value))
        return true;
    const char *name = our_reference(value);
    return name && strncmp(name, "__escc_t", 8) != 0;
}

/* The name in `({ if (!x) x = __escc_new(…); x; })`, which stands for a moved x
 * [inv.lazy]; NULL: it is something else. */
static struct node *lazy_name(struct node *n)
{
    const struct node *block = n->kind == N_STMT_EXPR ? n->kids[0] : NULL;
    if (!block || block->kid_count != 2 || block->kids[0]->kind != N_IF ||
        block->kids[0]->kids[1]->kind != N_EXPR_STMT ||
        block->kids[1]->kind != N_EXPR_STMT)
        return NULL;
    struct node *made = node_strip(block->kids[0]->kids[1]->kids[0]);
    struct node *name = node_strip(block->kids[1]->kids[0]);
    return is_object_assignment(made) && name->kind == N_REF &&
           name->symbol == made->kids[0]->symbol && name->symbol &&
           moved_name(name->symbol->name) ? name : NULL;
}

/* The copy is that of a variable, or a parameter's [inv.local.poison]. */
static bool is_poison(const struct node *variable)
{
    const struct node *value = variable->kids[0];
    while (value && (value->flags & NODE_IMPLICIT ||
                     value->kind == N_INIT_LIST ||
                     value->kind == N_INIT_ITEM))
        value = value->kid_count ? value->kids[0] : NULL;
    if (!value || value->kind != N_REF || !value->symbol ||
        strncmp(variable->symbol->name, "__escc_", 7) == 0)
        return false;
    const char *name = moved_name(value->symbol->name);
    return name ? strcmp(variable->symbol->name, name) == 0
                : strncmp(value->symbol->name, "__escc_h", 8) == 0;
}

/* What rw_keep.c gives a pointer that has no value yet. */
static bool is_null_for_keep(struct node *value)
{
    value = node_strip(value);
    return value->kind == N_REF &&
           strncmp(value->symbol->name, "__escc_k", 8) == 0;
}

/* `__escc_b3 = p` (rw_displace.c) */
static bool is_held(const struct node *assignment)
{
    const char *name = our_reference(assignment->kids[0]);
    return name && strncmp(name, "__escc_b", 8) == 0;
}

/* Nodes that were inserted whole, with what they name.  asm without outputs
 * is left out on both sides: the tree does not tell KEEP from others. */
static bool is_inserted(struct node *n)
{
    bool found = false;
    switch (n->kind) {
    case N_ASM:
        return n->asm_->outputs == 0;
    case N_IF:
        node_walk(n->kids[0], is_our_condition, &found);
        return found || is_outcome(n->kids[0]);
    case N_VAR:     /* a copy for KEEP or for debuggers, a variable array's
                       room and object, the variables of rw_torn.c and
                       rw_frame.c */
        return n->symbol &&
            ((is_ours(n->symbol->name) &&
                 strchr("krucf", n->symbol->name[7])) || is_poison(n));
    case N_CONDITIONAL:
        return is_decision(n);
    case N_INCDEC:              /* rw_torn.c */
        return n->kids[0]->kind == N_MEMBER &&
            is_our_reference(n->kids[0]->kids[0]);
    case N_ASSIGN:
        if (is_null_for_keep(n->kids[1]))
            return true;
        if (n->parent->kind == N_COMMA && n->parent->kids[1] == n)
            return is_our_reference(n->kids[0]);
        return is_object_assignment(n) || is_held(n) ||
            (n->kids[0]->kind == N_MEMBER && is_our_state(n->kids[0]->kids[0]));
    case N_CALL:
        if (!node_callee(n))
            return false;
        return strcmp(node_callee(n)->name, "__escc_stored") == 0 ||
            (is_copier(node_callee(n)->name) && n->kid_count > 1 &&
                is_temporary(n->kids[1]));
    default:
        return false;
    }
}

/* The holder is named instead. */
static bool has_holder(const struct symbol *symbol)
{
    const struct moved *moved = symbol->rewrite;
    return moved && moved->holder;
}

/* The x of `(__typeof__(x))__escc_h3`, which is evaluated if the type of x is
 * variably modified. */
static bool names_holder_type(struct node *n)
{
    struct node *up = n->parent;
    while (up && (up->kind == N_LOAD || up->kind == N_PAREN))
        up = up->parent;
    return up && up->kind == N_CAST && is_our_reference(up->kids[0]);
}

/* Whether a callee is what a function of ours returned, `__escc_f_for(…)`:
 * that call is the one that counts. */
static bool is_chosen(struct node *callee)
{
    const struct symbol *chooser = node_callee(node_strip(callee));
    return chooser && is_ours(chooser->name);
}

/* `if(0){case 1: __escc_h3=…;}` [inv.entry.fall] */
static bool is_detour(const struct node *n)
{
    const struct node *last = n->kids[1];
    if (last->kind != N_BLOCK || !last->kid_count)
        return false;
    last = last->kids[0];
    if (!last || (last->kind != N_CASE && last->kind != N_DEFAULT))
        return false;
    while (last && (last->kind == N_CASE || last->kind == N_DEFAULT))
        last = last->kids[last->kid_count - 1];
    return last && last->kind == N_EXPR_STMT &&
           last->kids[0]->kind == N_ASSIGN &&
           our_reference(last->kids[0]->kids[0]);
}

/* `__typeof__(*x) __escc_t3=…` and `typedef __typeof__(*x) __escc_m4;`: the
 * type is ours, too, and names x if that is variably modified; that of x
 * itself, as it is named now, is the user's. */
static bool has_own_type(const struct node *n)
{
    return n->kind == N_VAR ? n->symbol && is_ours(n->symbol->name)
        : n->kind == N_OTHER_DECL && is_ours(n->text);
}

static const char *kind_text(const struct node *n)
{
    return arena_printf("%s %d", node_kind_name(n->kind), n->op);
}

static bool collect(struct node *n, void *context)
{
    struct atoms *atoms = context;
    if (n->flags & (NODE_UNEVALUATED | NODE_MACRO) ||
        is_inserted(n))
        return false;
    struct node *late = lazy_name(n);
    if (late) {
        node_walk(late, collect, context);
        return false;
    }
    if (has_own_type(n)) {
        if (n->kind == N_VAR)
            node_walk(n->kids[0], collect, context);
        return false;
    }
    switch (n->kind) {
    case N_REF:
        if (n->symbol && n->symbol->kind != S_FUNCTION &&
            !is_ours(n->symbol->name) && !has_holder(n->symbol) &&
            !names_holder_type(n)) {
            const char *moved = moved_name(n->symbol->name);
            add(atoms, n, arena_printf("name %s",
                                       moved ? moved : n->symbol->name));
        }
        return true;
    case N_MEMBER:
    case N_ARROW:
        if (n->field && *n->field->name && strcmp(n->field->name, "v") &&
            !is_our_state(n->kids[0]))
            add(atoms, n, arena_printf("member %s", n->field->name));
        return true;
    case N_STRING:
        add(atoms, n, arena_printf("string %s", n->text ? n->text : ""));
        return true;
    case N_CALL: {
        const struct symbol *callee = node_callee(n);
        if (callee && is_copier(callee->name))
            return strcmp(plain_name(callee->name), "new") != 0;
        if (callee && (strncmp(callee->name, "__escc_printed", 14) == 0 ||
                       strcmp(callee->name, "__escc_site") == 0 ||
                       strcmp(callee->name, "__escc_displaced") == 0 ||
                       strcmp(callee->name, "__escc_outside") == 0))
            return true;
        /* va_start names the parameter, not its copy. */
        if (callee && strstr(callee->name, "va_start"))
            return false;
        if (!callee && is_chosen(n->kids[0]))
            return true;
        add(atoms, n, callee
            ? arena_printf("call %s", plain_name(callee->name))
            : "indirect call");
        return true;
    }
    case N_IF:
        if (!is_detour(n))
            add(atoms, n, kind_text(n));
        return true;
    case N_WHILE:
    case N_DO:
    case N_FOR:
    case N_SWITCH:
    case N_CASE:
    case N_DEFAULT:
    case N_LABEL:
    case N_GOTO:
    case N_GOTO_COMPUTED:
    case N_BREAK:
    case N_CONTINUE:
    case N_RETURN:
    case N_LOGICAL:
    case N_CONDITIONAL:
    case N_INCDEC:
    case N_VA_ARG:
    case N_ATOMIC:
        add(atoms, n, kind_text(n));
        return true;
    default:
        return true;
    }
}

static int compare_atoms(const void *left, const void *right)
{
    const struct atom *a = left, *b = right;
    int order = strcmp(a->text, b->text);
    if (order)
        return order;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static void sort(struct atoms *atoms)
{
    if (atoms->count)
        qsort(atoms->items, atoms->count, sizeof *atoms->items,
              compare_atoms);
}

static void compare_function(const struct unit *input, struct node *before,
                             const struct unit *output, struct node *after,
                             const char *path)
{
    struct atoms a = {0}, b = {0};
    node_walk(before->kids[before->kid_count - 1], collect, &a);
    node_walk(after->kids[after->kid_count - 1], collect, &b);
    sort(&a);
    sort(&b);
    size_t i = 0;
    while (i < a.count && i < b.count &&
           strcmp(a.items[i].text, b.items[i].text) == 0)
        i++;
    if (i == a.count && i == b.count) {
        vec_free(&a);
        vec_free(&b);
        return;
    }
    bool lost = i < a.count &&
        (i == b.count ||
            strcmp(a.items[i].text, b.items[i].text) < 0);
    struct place place = lost ? unit_place(input, a.items[i].offset)
                              : unit_place(output, b.items[i].offset);
    fail(path, place.file, place.line,
         arena_printf("in '%s', %s: %s", before->symbol->name,
                      lost ? "lost" : "added",
                      lost ? a.items[i].text : b.items[i].text));
}

static struct map functions_of(const struct unit *unit)
{
    struct map functions = {0};
    for (int i = 0; i < unit->root->kid_count; i++) {
        struct node *n = unit->root->kids[i];
        if (n->kind == N_FUNCTION)
            map_put_string(&functions, n->symbol->name, n);
    }
    return functions;
}

static void compare_shape(const struct unit *input,
                          const struct unit *output,
                          const struct map *functions, const char *path)
{
    for (int i = 0; i < input->root->kid_count; i++) {
        struct node *n = input->root->kids[i];
        if (n->kind != N_FUNCTION)
            continue;
        struct node *other = map_get_string(functions, n->symbol->name);
        if (!other) {
            struct place place = unit_place(input, n->begin);
            fail(path, place.file, place.line,
                 arena_printf("lost '%s'", n->symbol->name));
        }
        compare_function(input, n, output, other, path);
    }
}

/* ---- names --------------------------------------------------------------- */

/* Of what libclang does not show there must be as much as before, but for
 * what names moved locals. */
static int unseen_names(const struct unit *unit, const struct node *function,
                        const char *name)
{
    int count = 0;
    for (size_t i = 0; i < unit->mention_count; i++) {
        const struct mention *m = &unit->mentions[i];
        count += m->offset >= function->begin && m->offset < function->end &&
                 strcmp(m->name, name) == 0 &&
                 !(m->symbol && m->symbol->rewrite);
    }
    return count;
}

struct references { struct symbol *symbol; struct map offsets; };

static bool collect_references(struct node *n, void *context)
{
    struct references *r = context;
    if (n->kind == N_REF && n->symbol == r->symbol)
        map_put(&r->offsets, (void *)(uintptr_t)(n->begin + 1u), n);
    return true;
}

/* A moved parameter keeps its name. */
static bool keeps_references(const struct moved *moved,
                             struct node *function)
{
    int index = moved->symbol->parameter_index;
    if (index < 0 || index >= function->kid_count - 1)
        return false;
    struct references references = {.symbol = function->kids[index]->symbol};
    node_walk(function->kids[function->kid_count - 1], collect_references,
              &references);
    size_t count = references.offsets.count;
    map_free(&references.offsets);
    return count == moved->kept;
}

static void compare_names(const struct unit *input, const struct unit *output,
                          const struct map *functions, const char *path)
{
    for (int i = 0; i < input->symbol_count; i++) {
        const struct symbol *s = input->symbols[i];
        if (s->kind > S_PARAMETER || !s->rewrite || !*s->name)
            continue;
        struct node *before = node_function(s->declaration);
        struct node *after =
            map_get_string(functions, before->symbol->name);
        if (unseen_names(input, before, s->name)
            == unseen_names(output, after, s->name) &&
            (s->kind != S_PARAMETER ||
                keeps_references(s->rewrite, after)))
            continue;
        struct place place = unit_place(input, s->name_begin);
        fail(path, place.file, place.line,
             arena_printf("in '%s', a use of '%s' was left",
                          before->symbol->name, s->name));
    }
}

/* NULL-terminated. */
static const char *const *moved_names(const struct unit *unit)
{
    struct { VEC(const char *); } names = {0};
    struct map seen = {0};
    for (int i = 0; i < unit->symbol_count; i++) {
        const struct symbol *s = unit->symbols[i];
        if (s->kind > S_PARAMETER || !s->rewrite || !*s->name ||
            map_get_string(&seen, s->name))
            continue;
        map_put_string(&seen, s->name, s->rewrite);
        vec_push(&names, s->name);
    }
    map_free(&seen);
    vec_push(&names, NULL);
    return names.items;
}

/* What is emitted need not be pedantic: the back end gets it with -w. */
static const char *const *without_warnings(const char *const *flags)
{
    struct { VEC(const char *); } kept = {0};
    for (; flags && *flags; flags++)
        if (strncmp(*flags, "-W", 2) != 0 &&
            strncmp(*flags, "-pedantic", 9) != 0)
            vec_push(&kept, *flags);
    vec_push(&kept, "-w");
    vec_push(&kept, NULL);
    return kept.items;
}

void verify_output(const struct unit *unit, const char *path,
                   const struct parse_options *options)
{
    struct parse_options again = *options;
    struct unit *output = NULL;
    again.path = path;
    again.all = true;           /* a function whose calls were replaced */
    again.flags = without_warnings(options->flags);
    again.errors_file = arena_printf("%s.errors", path);
    again.names = moved_names(unit);
    if (unit_parse(&again, &output) == PARSE_ERRORS) {
        struct strbuf errors = {0};
        strbuf_read_file(&errors, again.errors_file);
        remove(again.errors_file);
        fprintf(stderr, "%s", errors.bytes ? errors.text : "");
        fail(path, unit->main_file, 0, "the output does not parse");
    }
    remove(again.errors_file);
    compare_lines(unit, output, path);
    struct map functions = functions_of(output);
    compare_shape(unit, output, &functions, path);
    compare_names(unit, output, &functions, path);
}
