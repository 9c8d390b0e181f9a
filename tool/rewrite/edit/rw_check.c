/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_check.c - see rw_check.h. */
#include "rw_check.h"

#include "util/arena.h"

#include <string.h>

enum { WORD_BYTES = 8 };

const char *rw_memory_check_text(const char *guard, const char *part,
                                 const char *pointer, const char *size)
{
    return arena_printf("if(%s__builtin_expect(__escc_tls.marking,0))"
                        "__escc_shade_%s((const void*)%s,%s);",
                        guard, part, pointer, size);
}

const char *rw_copy_text(const char *copier, const char *pointer,
                         const char *value)
{
    return arena_printf("%s((void*)%s,(const void*)&%s,sizeof %s);", copier,
                        pointer, value, value);
}

const char *rw_tear_text(const char *outer)
{
    return arena_printf("unsigned char %s=__escc_tls.torn;"
                        "__escc_tls.torn=(unsigned char)(%s+1);" RW_ORDER,
                        outer, outer);
}

const char *rw_mend_text(const char *outer)
{
    return arena_printf(RW_ORDER "__escc_tls.torn=%s;if(!%s&&"
                        "__builtin_expect(__escc_tls.pending,0))"
                        "__escc_whole();", outer, outer);
}

/* ---- kinds --------------------------------------------------------------- */

/* Pointers in it may stand at any address: it may be packed, or bytes. */
static const char *range_text(const char *slot, const char *name)
{
    bool is_in_place = slot && strcmp(slot, name) == 0;
    return rw_memory_check_text("", is_in_place ? "slots" : "pieces",
                                arena_printf("&%s", name),
                                arena_printf("sizeof %s", name));
}

/* Tells the runtime of operand `value`, and of where it was stored, the operand
 * `slot` (0: nowhere that is known).  The register that gets the slot's address
 * may be one by which it is found. */
static const char *tell_text(int value, int slot)
{
    if (!slot)
        return arena_printf(
            "push %%%d;{call *__escc_shade_pushed@GOTPCREL(%%%%rip)"
            "|call [rip+__escc_shade_pushed@GOTPCREL]};", value);
    return arena_printf(
        "push %%%d;{push %%%%rax;lea %%%d,%%%%rax;push %%%%rax;"
        "mov 8(%%%%rsp),%%%%rax;call *__escc_shade_stored@GOTPCREL(%%%%rip)"
        "|push rax;lea rax,%%%d;push rax;"
        "mov rax,[rsp+8];call [rip+__escc_shade_stored@GOTPCREL]};",
        value, slot, slot);
}

/* Goes to `label` unless operand `value` is below (above: not below) operand
 * `bound`. */
static const char *jump_text(const char *jump, int bound, int value,
                             const char *label)
{
    return arena_printf("{cmp %%%d,%%%d|cmp %%%d,%%%d};%s %s;", bound, value,
                        value, bound, jump, label);
}

enum { TO_OPERAND, FROM_OPERAND, FIRST_OPERAND };

/* [inv.barrier.check] */
const char *rw_words_check_text(const char *const *slots,
                                const char *const *values, int count)
{
    const char *tests = "", *tells = "", *operands = "", *memory = "";
    int slot = FIRST_OPERAND + count;
    for (int i = 0; i < count; i++) {
        int value = FIRST_OPERAND + i;
        tests = arena_printf("%s%s", tests,
                             jump_text("jb", TO_OPERAND, value, "7340f"));
        const char *tell = tell_text(value, slots[i] ? slot++ : 0);
        tells = count == 1 ? tell : arena_printf(
            "%s%s%s%s7342:", tells,
            jump_text("jb", FROM_OPERAND, value, "7342f"),
            jump_text("jae", TO_OPERAND, value, "7342f"), tell);
        operands = arena_printf("%s,\"r\"(%s)", operands, values[i]);
        if (slots[i])
            memory = arena_printf("%s,\"m\"(%s)", memory, slots[i]);
    }
    return arena_printf(
        "__asm__ volatile __inline__(\"%s7341:.subsection 1;7340:%s"
        "{add $-128,%%%%rsp|add rsp,-128};%s"
        "{sub $-128,%%%%rsp|sub rsp,-128};jmp 7341b;.previous\""
        "::\"m\"(__escc_tls.shade_to),\"m\"(__escc_tls.shade_from)%s%s);",
        tests,
        count == 1 ? jump_text("jb", FROM_OPERAND, FIRST_OPERAND, "7341b")
                   : "",
        tells, operands, memory);
}

static const char *word_text(const char *slot, const char *value)
{
    return rw_words_check_text(&slot, &value, 1);
}

static const char *pieces_text(const struct rewrite *r, const char *slot)
{
    const char *name = *slot == '*' ? slot + 1
        : arena_strndup(slot, strcspn(slot, "-"));
    const char *pin = r->unoptimized ? ""
        : arena_printf("__asm__ volatile(\"\"::\"m\"(%s));", slot);
    return arena_printf("%s%s", pin,
                        rw_memory_check_text("", "slots", name,
                                             arena_printf("sizeof(%s)",
                                                          slot)));
}

/* `value` begins with `__escc_`, as all temporaries do [inv.rw.names]. */
static const char *bits_text(const struct rewrite *r, const char *slot,
                             const char *value)
{
    const char *word = arena_printf("__escc_b_%s", value + 7);
    return arena_printf("unsigned long %s;__builtin_memcpy(&%s,&%s,%d);%s",
                        word, word, value, WORD_BYTES,
                        rw_check_text(r, slot, SHADE_WORD, word));
}

/* [inv.barrier.order] */
const char *rw_check_text(const struct rewrite *r, const char *slot,
                          enum shade_kind kind, const char *value)
{
    if (kind == SHADE_PIECES)
        return slot ? pieces_text(r, slot) : "";
    if (kind == SHADE_BITS)
        return bits_text(r, slot, value);
    if (kind == SHADE_WORD)
        return r->unoptimized
            ? arena_printf("__escc_stored((const void*)%s);", value)
            : word_text(slot, value);
    if (r->unoptimized)
        return range_text(slot, value);
    if (kind == SHADE_OPAQUE)
        return arena_printf("__asm__ volatile(\"\"::\"r\"(&%s):\"memory\");"
                            "%s", value, range_text(NULL, value));
    return arena_printf("__asm__ volatile(\"\"::%s%s%s\"m\"(%s));%s",
                        slot ? "\"m\"(" : "", slot ? slot : "",
                        slot ? ")," : "", value, range_text(slot, value));
}

/* ---- aggregates with few pointers ---------------------------------------- */

enum { ALL_WORDS = INLINE_COPY_BYTES / WORD_BYTES };

/* The words of an object that may be pointers: bit i for offset 8 * i. */
struct words { unsigned mask; bool misaligned; };

static void add_words(struct words *words, int64_t offset, int64_t bytes)
{
    words->misaligned |= offset % WORD_BYTES != 0;
    int64_t first = offset / WORD_BYTES;
    for (int64_t i = first; (i + 1) * WORD_BYTES <= offset + bytes; i++)
        if (i < ALL_WORDS)
            words->mask |= 1u << i;
}

static void find_words(struct words *words, const struct type *type,
                       int64_t offset)
{
    if (type->size < 0)
        return;                 /* a flexible array: not copied */
    if (type->kind != T_RECORD || type->record->is_union) {
        if (type_may_hold_pointer(type))
            add_words(words, offset, type->size);
        return;
    }
    for (int i = 0; i < type->record->field_count; i++) {
        const struct field *field = &type->record->fields[i];
        if (field->bit_width < 0)
            find_words(words, field->type, offset + field->bit_offset / 8);
        else
            words->misaligned = true;
    }
}

int rw_object_words(const struct type *type, const char *value,
                    unsigned serial, const char **declare,
                    const char *names[RW_OBJECT_WORDS],
                    int offsets[RW_OBJECT_WORDS])
{
    struct words words = {0};
    int count = 0;
    find_words(&words, type, 0);
    if (type->kind != T_RECORD || words.misaligned || !words.mask ||
        __builtin_popcount(words.mask) > RW_OBJECT_WORDS)
        return 0;
    *declare = "";
    for (int i = 0; i < ALL_WORDS; i++) {
        if (!(words.mask >> i & 1))
            continue;
        const char *word = arena_printf("__escc_w%u_%d", serial, i);
        *declare = arena_printf(
            "%sunsigned long %s;__builtin_memcpy(&%s,(const char*)&%s+%d,%d);",
            *declare, word, word, value, i * WORD_BYTES, WORD_BYTES);
        offsets[count] = i * WORD_BYTES;
        names[count++] = word;
    }
    return count;
}

const char *rw_word_in(const char *slot, int offset)
{
    return arena_printf("*(char(*)[%d])((char*)&(%s)+%d)", WORD_BYTES, slot,
                        offset);
}

const char *rw_object_check_text(const struct rewrite *r, const char *slot,
                                 enum shade_kind kind, const char *value,
                                 const struct type *type, unsigned serial)
{
    const char *declare, *names[RW_OBJECT_WORDS], *slots[RW_OBJECT_WORDS];
    int offsets[RW_OBJECT_WORDS];
    int count = kind == SHADE_RANGE && !r->unoptimized
        ? rw_object_words(type, value, serial, &declare, names, offsets) : 0;
    for (int i = 0; i < count; i++)
        slots[i] = slot ? rw_word_in(slot, offsets[i]) : NULL;
    return count ? arena_printf("%s%s", declare,
                                rw_words_check_text(slots, names, count))
                 : rw_check_text(r, slot, kind, value);
}
