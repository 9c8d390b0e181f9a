/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_world.c - whether every store of a pointer in this unit has a barrier.
 *
 * Of a unit that says so (the record of emit.c) the collector relies on that:
 * it marks beside the threads without watching memory.  So a unit that has
 * anything of which that is not certain has no record; it works as well, in a
 * process that is not closed (docs/internals.md, "The closed world").
 *
 *   - asm at file scope, but for symbols and data; other names of the library's
 *     functions that store pointers, whoever gives them;
 *   - an asm statement that may store what it was given where no operand
 *     says so, calls the system, or leaves the stack;
 *   - a function of the library that stores pointers through an argument,
 *     where it is not called by its name as the library's: the check stands
 *     behind the call;
 *   - a function that a closed world cannot have (`open` in libc.tags).
 *     Some are not if a constant says what for (dlsym, syscall), or getopt if
 *     it permutes what main was given, which is no object;
 *   - a builtin that may write through a pointer and is not known;
 *   - a store that OpenMP prescribes the form of [inv.barrier.omp].
 */
#define _GNU_SOURCE
#include "rw_passes.h"
#include "rw_shade.h"

#include "util/arena.h"

#include <ctype.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/syscall.h>

struct search {
    struct rewrite *r;
    struct map compiled;        /* functions: symbol -> itself */
    struct open_reason open;
};

static bool found(struct search *s, uint32_t where, const char *why)
{
    if (!s->open.why)
        s->open = (struct open_reason){where, why};
    return false;
}

static bool one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* ---- asm: instructions --------------------------------------------------- */

/* The next one of a template as written (escapes are two characters), in
 * small letters and without blanks round it; NULL at the end. */
static char *next_instruction(const char **at)
{
    const char *p = *at;
    for (;;) {
        while (isspace((unsigned char)*p) || *p == ';')
            p++;
        if (*p != '\\' || (p[1] != 'n' && p[1] != 't'))
            break;
        p += 2;
    }
    if (!*p)
        return NULL;
    const char *end = p;
    while (*end && *end != ';' && *end != '\n' &&
           !(*end == '\\' && end[1] == 'n'))
        end++;
    *at = end;
    char *text = arena_strndup(p, (size_t)(end - p));
    for (char *c = text; *c; c++) {
        if (c[0] == '\\' && c[1] == 't')
            c[0] = c[1] = ' ';
        *c = (char)tolower((unsigned char)*c);
    }
    size_t bytes = strlen(text);
    while (bytes && isspace((unsigned char)text[bytes - 1]))
        text[--bytes] = 0;
    return text;
}

static bool has_word(const char *text, const char *word)
{
    size_t bytes = strlen(word);
    for (const char *p = text; (p = strstr(p, word)); p += bytes)
        if ((p == text || !isalnum((unsigned char)p[-1])) &&
            !isalnum((unsigned char)p[bytes]))
            return true;
    return false;
}

/* `lock; addl $0,0(%rsp)`, a fence: changes nothing. */
static bool adds_nothing(const char *text)
{
    static const char *const forms[] = {"addl", "addq", "addb", "orl", "orq",
                                        "orb", NULL};
    size_t bytes = strcspn(text, " \t");
    const char *operand = text + bytes + strspn(text + bytes, " \t");
    return one_of(arena_strndup(text, bytes), forms) &&
        (begins(operand, "$0,") || begins(operand, "$0x0,") ||
            begins(operand, "$0 ,"));
}

/* Neither writes memory nor moves a pointer to where it is not seen. */
static bool is_harmless(const char *text)
{
    static const char *const words[] = {
        "nop", "pause", "rep", "lock", "mfence", "lfence", "sfence", "cpuid",
        "rdtsc", "rdtscp", "rdpmc", "xgetbv", "bsfq", "bsfl", "bsrq", "bsrl",
        "rdpid", "ud2", "int3", "hlt", "serialize", "cld", NULL};
    static const char *const prefixes[] = {"bswap", "prefetch", "lzcnt",
                                           "tzcnt", "popcnt", "rdrand",
                                           "rdseed", "clflush", NULL};
    size_t bytes = strcspn(text, " \t");
    const char *word = arena_strndup(text, bytes);
    const char *rest = text + bytes + strspn(text + bytes, " \t");
    if ((!strcmp(word, "rep") || !strcmp(word, "lock")) && *rest)
        return is_harmless(rest);
    for (const char *const *p = prefixes; *p; p++)
        if (begins(word, *p))
            return true;
    return one_of(word, words) || adds_nothing(text);
}

/* Whether all that it names are registers and operands of the statement: then
 * it stores in those only.  What it names is at the ends of the parts between
 * commas. */
static bool names_no_address(const char *text)
{
    static const char *const implied[] = {
        "movsb", "movsw", "movsl", "movsq", "movsd", "stosb", "stosw",
        "stosl", "stosq", "stosd", "insb", "insw", "insl", "maskmovq",
        "maskmovdqu", "vmaskmovdqu", NULL};
    if (strpbrk(text, "([{|"))
        return false;
    for (const char *const *p = implied; *p; p++)
        if (has_word(text, *p))
            return false;
    for (const char *part = text; part; part = strchr(part + 1, ',')) {
        const char *end = part + 1 + strcspn(part + 1, ",");
        while (end > part && isspace((unsigned char)end[-1]))
            end--;
        const char *last = end;
        while (last > part && !strchr(" \t,", last[-1]))
            last--;
        bool is_instruction = last == text;
        if (!is_instruction && *last != '%' && *last != '$')
            return false;
    }
    return true;
}

/* The reason why, whatever the operands are, or NULL. */
static const char *is_forbidden(const char *text)
{
    static const char *const stack[] = {"rsp", "esp", "sp", NULL};
    static const char *const words[] = {
        "syscall", "sysenter", "leave", "enter", "ret", "retq", "iretq",
        "call", "callq", "jmp", "jmpq", "wrfsbase", "wrgsbase", "xrstor",
        "fxrstor", "xsave", "fxsave", "rstorssp", "int", NULL};
    if (is_harmless(text))
        return NULL;
    for (const char *const *p = stack; *p; p++)
        if (has_word(text, *p))
            return "an asm statement names the stack pointer";
    for (const char *const *p = words; *p; p++)
        if (has_word(text, *p))
            return "an asm statement leaves the function";
    return NULL;
}

/* ---- asm statements ------------------------------------------------------ */

static bool is_memory(const char *constraint)
{
    return strpbrk(constraint, "moVXgp<>QA");
}

static bool may_be_pointer(const struct search *s, const struct node *n)
{
    return !n->type || n->type->kind == T_POINTER || n->type->size > 8 ||
        (n->type->size == 8 && esc_may_carry_pointer(s->r->esc, n));
}

/* A local in the register that is the stack pointer. */
static bool names_stack_pointer(const struct search *s,
                                const struct symbol *local)
{
    uint32_t begin = local->name_begin, end = local->declarator_end;
    return end <= begin ||
        strstr(arena_strndup(s->r->unit->text + begin, end - begin), "sp\"");
}

/* A word in memory that the statement may write and that is not shaded
 * behind it (rw_asm); or a register that is the stack pointer. */
static const char *output_opens(struct search *s, const struct node *n, int i)
{
    struct node *output = n->kids[i];
    enum shade_kind kind = rw_shade_kind(s->r, output->type, NULL);
    const struct symbol *root = rw_root(output);
    if (root && root->has_asm_register &&
        (!root->is_local || names_stack_pointer(s, root)))
        return "an asm statement may write a register that others use";
    if (rw_is_private(output))
        return NULL;
    if (kind != SHADE_NONE)
        return n->asm_->is_goto || output->flags & NODE_MACRO
            ? "an asm statement stores what may be a pointer" : NULL;
    return is_memory(n->asm_->constraints[i]) &&
        (output->type->size < 0 || output->type->size > 4) &&
        type_may_hold_pointer(output->type) &&
        *n->asm_->template_text
        ? "an asm statement stores what may be a pointer" : NULL;
}

/* Whether it can store one of its operands where no output says so. */
static bool may_store_unseen(const struct search *s, const struct node *n)
{
    bool writes = n->asm_->clobbers_memory, pointer = false;
    for (int i = 0; i < n->kid_count; i++) {
        const char *constraint = n->asm_->constraints[i];
        writes |= i < n->asm_->outputs && is_memory(constraint);
        pointer |= may_be_pointer(s, n->kids[i]) &&
            (!is_memory(constraint) || strpbrk(constraint, "rgX"));
    }
    return writes && pointer;
}

static bool look_at_asm(struct search *s, const struct node *n)
{
    if (!n->asm_)
        return found(s, n->begin, "an asm statement is not understood");
    bool addresses = false;
    const char *at = n->asm_->template_text, *why = NULL;
    for (char *text; !why && (text = next_instruction(&at));) {
        addresses |= !is_harmless(text) && !names_no_address(text);
        why = is_forbidden(text);
    }
    for (int i = 0; !why && i < n->asm_->outputs && i < n->kid_count; i++)
        why = output_opens(s, n, i);
    if (!why && addresses && may_store_unseen(s, n))
        why = "an asm statement may store a pointer";
    return why ? found(s, n->begin, why) : true;
}

/* ---- asm at file scope --------------------------------------------------- */

/* The literals of `asm("…" "…")`, joined; NULL: there is something else. */
static const char *literals(const char *p, const char *end)
{
    struct strbuf joined = {0};
    strbuf_add(&joined, "", 0);
    while (p < end && *p != '(')
        p++;
    for (p++; p < end && *p != ')'; p++) {
        if (*p == '#' && p[-1] == '\n') {       /* a line marker */
            while (p < end && *p != '\n')
                p++;
        } else if (*p == '"') {
            const char *begin = ++p;
            while (p < end && *p != '"')
                p += *p == '\\' ? 2 : 1;
            strbuf_add(&joined, begin, (size_t)(p - begin));
        } else if (!isspace((unsigned char)*p)) {
            return NULL;
        }
    }
    return arena_strdup(joined.text);
}

static bool section_has_code(const char *operands)
{
    const char *flags = strchr(operands, ',');
    const char *x = flags ? strchr(flags, 'x') : NULL;
    return begins(operands, ".text") || begins(operands, ".init") ||
        begins(operands, ".fini") || begins(operands, ".plt") ||
        (x && x < strchr(flags, 0));
}

static bool stores_for_its_name(const char *name)
{
    enum esc_world world = esc_world_of(name);
    return world == ESC_WORLD_STORES || world == ESC_WORLD_OPENS;
}

/* `name, other`, `name, other@VERSION`: whether a function that must be called
 * by its name is called by another one as well. */
static bool renames_library(const char *operands)
{
    static const char blanks[] = " \t,";
    size_t bytes = strcspn(operands, blanks);
    const char *other = operands + bytes;
    other += strspn(other, blanks);
    size_t other_bytes = strcspn(other, " \t,@");
    bool same = bytes == other_bytes && !strncmp(operands, other, bytes);
    return !same && stores_for_its_name(arena_strndup(other, other_bytes));
}

/* Follows the directive; false: it may make code, or other names. */
static bool follow_directive(const char *text, bool *in_code)
{
    static const char *const symbols[] = {
        ".globl", ".global", ".weak", ".hidden", ".protected", ".internal",
        ".local", ".ident", ".type", ".size", ".file", ".addrsig",
        ".addrsig_sym", NULL};
    static const char *const renaming[] = {".symver", ".set", ".equ",
                                           ".weakref", NULL};
    static const char *const data[] = {
        ".ascii", ".asciz", ".string", ".byte", ".2byte", ".4byte", ".8byte",
        ".word", ".short", ".long", ".int", ".quad", ".zero", ".skip",
        ".space", ".incbin", ".balign", ".p2align", ".align", NULL};
    size_t bytes = strcspn(text, " \t");
    const char *word = arena_strndup(text, bytes);
    const char *rest = text + bytes + strspn(text + bytes, " \t");
    if (one_of(word, symbols))
        return true;
    if (one_of(word, renaming))
        return !renames_library(rest);
    if (!strcmp(word, ".section") || !strcmp(word, ".pushsection")) {
        *in_code = section_has_code(rest);
    } else if (!strcmp(word, ".data") || !strcmp(word, ".bss")) {
        *in_code = false;
    } else if (!strcmp(word, ".text") || !strcmp(word, ".popsection") ||
               !strcmp(word, ".previous")) {
        *in_code = true;
    } else if (word[0] && word[strlen(word) - 1] == ':') {
        return !*rest || follow_directive(rest, in_code);
    } else {
        return one_of(word, data) && !*in_code;
    }
    return true;
}

static bool look_at_top(struct search *s, const struct node *n)
{
    const char *text = s->r->unit->text;
    const char *at = literals(text + n->begin, text + n->end);
    bool in_code = true, known = at;
    for (char *line; known && (line = next_instruction(&at));)
        known = follow_directive(line, &in_code);
    return known || found(s, n->begin, "it has asm at file scope");
}

/* ---- calls --------------------------------------------------------------- */

static const char *bare_name(const struct symbol *callee)
{
    return begins(callee->name, "__builtin_") ? callee->name + 10
                                              : callee->name;
}

/* Whether it is constant and none of the library's that may do harm.  Those
 * that no table has are looked for where the rewriter itself runs. */
static bool asks_for_harmless(struct node *name)
{
    const struct node *plain = node_strip(name);
    if (plain->kind == N_DECAY)
        plain = plain->kids[0];
    if (plain->kind != N_STRING || !plain->text || plain->text[0] != '"')
        return false;
    const char *word = plain->text + 1;
    size_t bytes = strcspn(word, "\"\\");
    const char *wanted = arena_strndup(word, bytes);
    enum esc_world world = esc_world_of(wanted);
    return word[bytes] == '"' &&
        (world == ESC_WORLD_SAFE ||
            (world == ESC_WORLD_UNKNOWN && !dlsym(RTLD_DEFAULT, wanted)));
}

/* System calls that hand no pointers on and make no threads. */
static bool is_plain_system_call(const struct node *number)
{
    static const long plain[] = {
        SYS_gettid, SYS_futex, SYS_getrandom, SYS_getcpu, SYS_membarrier,
        SYS_tgkill, SYS_sched_yield, SYS_memfd_create, SYS_statx,
        SYS_renameat2, SYS_copy_file_range, SYS_pidfd_open, SYS_close_range,
        SYS_ioprio_get, SYS_ioprio_set, SYS_exit_group, SYS_pivot_root,
        SYS_seccomp};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (number->flags & NODE_CONSTANT && number->value == plain[i])
            return true;
    return false;
}

/* main's own parameter, as it was given. */
static bool is_given_to_main(struct node *n)
{
    const struct node *plain = node_strip(n);
    return plain->kind == N_REF && plain->symbol &&
        plain->symbol->kind == S_PARAMETER && plain->symbol->function &&
        strcmp(plain->symbol->function->name, "main") == 0;
}

/* `open` in the table: whether this call is harmless all the same. */
static bool is_excused(const struct node *call, const char *name)
{
    static const char *const permuting[] = {
        "getopt", "getopt_long", "getopt_long_only", NULL};
    if (call->kid_count < 2)
        return false;
    if (!strcmp(name, "syscall"))
        return is_plain_system_call(call->kids[1]);
    if (!strcmp(name, "pthread_setcanceltype"))
        return call->kids[1]->flags & NODE_CONSTANT &&
            call->kids[1]->value == PTHREAD_CANCEL_DEFERRED;
    if (call->kid_count < 3)
        return false;
    if (!strcmp(name, "dlsym") || !strcmp(name, "dlvsym"))
        return rw_is_look_up(call) || asks_for_harmless(call->kids[2]);
    return one_of(name, permuting) && is_given_to_main(call->kids[2]);
}

/* Of a builtin that the table does not have. */
static bool may_write(const struct node *call)
{
    static const char *const harmless[] = {
        "va_start", "va_end", "va_copy", "stdarg_start", "c23_va_start",
        "setjmp", "longjmp", "prefetch", "__clear_cache", "classify_type",
        "is_constant_evaluated", "frob_return_addr", "tgmath", NULL};
    if (one_of(bare_name(node_callee(call)), harmless))
        return false;
    for (int i = 1; i < call->kid_count; i++) {
        const struct type *type = rw_written(call->kids[i])->type;
        if (type && type->kind == T_POINTER &&
            !(type->target->qualifiers & Q_CONST))
            return true;
    }
    return false;
}

/* Of a call, or an operand, the text is not the program's to change. */
static bool is_out_of_reach(const struct node *call)
{
    bool macro = call->flags & NODE_MACRO;
    for (int i = 0; i < call->kid_count; i++)
        macro |= call->kids[i]->flags & NODE_MACRO;
    return macro;
}

static bool look_at_call(struct search *s, const struct node *n)
{
    const struct symbol *callee = node_callee(n);
    if (!callee || (callee->definition && !callee->is_system))
        return true;
    const char *name = bare_name(callee);
    enum esc_world world = esc_world_of(callee->name);
    if (world == ESC_WORLD_OPENS && !is_excused(n, name))
        return found(s, n->begin, arena_printf("it calls %s", name));
    if (world == ESC_WORLD_STORES && is_out_of_reach(n))
        return found(s, n->begin, arena_printf("it calls %s where that "
                                               "cannot be rewritten", name));
    if (world == ESC_WORLD_STORES && !symbol_is_library(callee))
        return found(s, n->begin,
                     arena_printf("it calls %s, not declared as the "
                                  "library's", name));
    if (world == ESC_WORLD_UNKNOWN && begins(callee->name, "__builtin_") &&
        may_write(n))
        return found(s, n->begin, arena_printf("it calls %s, which may "
                                               "store a pointer",
                                               callee->name));
    return true;
}

/* ---- other uses of functions --------------------------------------------- */

/* The function is another one's name: the library's, for all that is known,
 * unless it is an alias of one that is defined here. */
static bool is_renamed(const struct search *s, const struct symbol *symbol)
{
    const struct node *declaration = symbol->declaration;
    if (!symbol->is_own || symbol->definition || symbol->is_system)
        return false;
    if (!declaration)
        return true;
    const char *text = arena_strndup(s->r->unit->text + declaration->begin,
                                     declaration->end - declaration->begin);
    return !strstr(text, "alias") && !strstr(text, "ifunc");
}

static void look_at_function(struct search *s, const struct symbol *symbol)
{
    bool here = symbol->definition && !symbol->is_system;
    uint32_t where = symbol->last_use ? symbol->last_use->begin : 0;
    if (here || !map_get(&s->compiled, symbol))
        return;
    if (symbol->function_address_taken && strcmp(symbol->name, "dlsym") &&
        stores_for_its_name(symbol->name))
        found(s, where, arena_printf("it takes the address of %s",
                                     symbol->name));
    else if (is_renamed(s, symbol))
        found(s, where, arena_printf("%s has another function's name",
                                     symbol->name));
}

/* ---- the unit ------------------------------------------------------------ */

static bool reach(struct node *, void *);

/* An inline function of a header is compiled if something that is uses it. */
static void compile(struct search *s, struct symbol *function)
{
    if (map_get(&s->compiled, function))
        return;
    map_put(&s->compiled, function, function);
    struct node *n = function->definition;
    if (n)
        node_walk(n->kids[n->kid_count - 1], reach, s);
}

static bool reach(struct node *n, void *context)
{
    struct search *s = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    if (n->kind == N_FUNCTION && !n->symbol->is_system)
        compile(s, n->symbol);
    if (n->kind == N_REF && n->symbol && n->symbol->kind == S_FUNCTION)
        compile(s, n->symbol);
    return n->kind != N_FUNCTION;
}

/* dlsym has another in its place, but where the text is a macro's. */
static bool look_at_name(struct search *s, const struct node *n)
{
    const struct symbol *named = n->symbol;
    if (named && named->kind == S_FUNCTION && !named->is_own &&
        !strcmp(named->name, "dlsym") && !node_is_called(n) &&
        !rw_is_look_up_name(n))
        return found(s, n->begin, "it takes the address of dlsym");
    return true;
}

static bool look(struct node *n, void *context)
{
    struct search *s = context;
    if (s->open.why || n->flags & NODE_UNEVALUATED)
        return false;
    switch (n->kind) {
    case N_FUNCTION:
        return map_get(&s->compiled, n->symbol);
    case N_ASM_TOP:
        return look_at_top(s, n);
    case N_ASM:
        return look_at_asm(s, n);
    case N_CALL:
        return look_at_call(s, n);
    case N_REF:
        return look_at_name(s, n);
    case N_ASSIGN:
    case N_COMPOUND_ASSIGN:
    case N_ATOMIC:
        if (n->flags & NODE_MACRO)
            return found(s, n->begin, "a store is in a macro");
        return n->kind != N_ASSIGN || !rw_lacks_barrier(s->r, n) ||
            found(s, n->begin, "OpenMP prescribes the form of a store");
    default:
        return true;
    }
}

struct open_reason rw_world(struct rewrite *r)
{
    static const char pragma[] = "redefine_extname";
    struct search s = {.r = r};
    const char *text = r->unit->text;
    const char *at = memmem(text, r->unit->bytes, pragma, sizeof pragma - 1);
    if (at)
        found(&s, (uint32_t)(at - text), "a pragma gives names to functions");
    node_walk(r->unit->root, reach, &s);
    node_walk(r->unit->root, look, &s);
    for (int i = 0; !s.open.why && i < r->unit->symbol_count; i++)
        if (r->unit->symbols[i]->kind == S_FUNCTION)
            look_at_function(&s, r->unit->symbols[i]);
    map_free(&s.compiled);
    return s.open;
}
