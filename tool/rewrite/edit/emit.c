/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* emit.c - see emit.h.
 *
 * The prologue is a fake include, `# 1 "<escc>" 1 3` … `# N "x.c" 2`, right
 * after the first line marker (and the one that names gcc's folder): there it
 * is the system's text, for which no compiler warns, and the markers of the
 * file itself stay true.  In front of the first marker it would become the main
 * file's name in debug information.
 *
 * [inv.emit.declarations]  the declarations are those of include/escc/rt.h
 * that rewritten code uses, in a form that every -std of both back ends takes
 * (no typedef name, `unsigned long` for size_t, reserved keywords) and that
 * clashes with no declaration of the user.  test/Lint/abi.test compares.
 */
#include "emit.h"

#include "escc/facts.h"
#include "util/vec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct site {
    const char *file, *function, *what;
    unsigned line;
    enum site_scan scan;
};

/* A report line: longer call texts are cut. */
enum { WHAT_BYTES = 60 };

/* include/escc/rt.h */
#define LINK_HINT                                                          \
    "__escc_runtime_abi_1_missing__link_with_escc_or_escc_print_link_flags"

/* [inv.emit.declarations] */
static const char declarations[] =
    "struct __escc_site{const char*file;const char*function;const char*what;"
    "unsigned line;unsigned scan;};"
    "struct __escc_tls{volatile unsigned char marking;"
    "volatile unsigned char in_rt;volatile unsigned char pending;"
    "unsigned char reserved[4];volatile unsigned char torn;"
    "const void*volatile hazard;"
    "const void*volatile hazard_end;void*thread;void*mcache;"
    "volatile unsigned long shade_from,shade_to;};"
    "extern __thread struct __escc_tls __escc_tls"
    " __attribute__((__tls_model__(\"initial-exec\")));"
    "extern void*__escc_malloc(unsigned long,const struct __escc_site*);"
    "extern void*__escc_calloc(unsigned long,unsigned long,"
    "const struct __escc_site*);"
    "extern void*__escc_realloc(void*,unsigned long,"
    "const struct __escc_site*);"
    "extern void*__escc_aligned_alloc(unsigned long,unsigned long,"
    "const struct __escc_site*);"
    "extern void*__escc_reallocarray_as(void*,unsigned long,unsigned long,"
    "const struct __escc_site*,void(*)(void));"
    "extern void*__escc_memalign_as(unsigned long,unsigned long,"
    "const struct __escc_site*,void(*)(void));"
    "extern void*__escc_valloc_as(unsigned long,const struct __escc_site*,"
    "void(*)(void));"
    "extern void*__escc_pvalloc_as(unsigned long,const struct __escc_site*,"
    "void(*)(void));"
    "extern int __escc_posix_memalign_as(void**,unsigned long,unsigned long,"
    "const struct __escc_site*,void(*)(void));"
    "extern char*__escc_strdup_as(const char*,const struct __escc_site*,"
    "void(*)(void));"
    "extern char*__escc_strndup_as(const char*,unsigned long,"
    "const struct __escc_site*,void(*)(void));"
    "extern char*__escc_strdup_in(const char*,void*,unsigned long,"
    "const struct __escc_site*,void(*)(void));"
    "extern char*__escc_strndup_in(const char*,unsigned long,void*,"
    "unsigned long,const struct __escc_site*,void(*)(void));"
    "extern int __escc_vasprintf_as(char**,const char*,__builtin_va_list,"
    "const struct __escc_site*,void(*)(void));"
    "extern int(*__escc_asprintf_for(void(*)(void),int))(char**,const char*,"
    "...);"
    "extern void __escc_free(void*);"
    "extern void __escc_free_now(void*);"
    "extern void*__escc_new(unsigned long,unsigned long,"
    "const struct __escc_site*,void*);"
    "extern unsigned long __escc_room(unsigned long);"
    "extern void __escc_shade(const void*);"
    "extern void __escc_shade_range(const void*,unsigned long);"
    "extern void __escc_shade_pieces(const void*,unsigned long);"
    "extern void __escc_shade_slots(const void*,unsigned long);"
    "extern void*__escc_memcpy(void*,const void*,unsigned long);"
    "extern void*__escc_memmove(void*,const void*,unsigned long);"
    "extern void*__escc_mempcpy(void*,const void*,unsigned long);"
    "extern void __escc_bcopy(const void*,void*,unsigned long);"
    "extern void __escc_whole(void);"
    "extern void __escc_found_symbol(const char*,void*);"
    "extern void*__escc_replaced_symbol(const char*,void*);"
    "extern void __escc_opened(const void*);"
    "extern void*__escc_printed(const void*);"
    "extern void*__escc_printed_on(void*,const void*);"
    "extern void*__escc_printed_fd(int,const void*);"
    "extern void __escc_displaced(const void*,const void*);"
    "extern void __escc_unit_stride(unsigned);"
    "extern void __escc_unit_fields(unsigned);"
    "extern const char " LINK_HINT "[];";

/* [inv.barrier.unoptimized] in rw_barrier.c.  Debuggers and profiles do not
 * see it. */
static const char unoptimized_barrier[] =
    "static __inline__ void __attribute__((__unused__,__nodebug__,"
    "__no_instrument_function__)) __escc_stored(const void*value)"
    "{if(__builtin_expect(__escc_tls.marking,0))__escc_shade(value);}";

/* rw_torn.c.  The argument is the variable whose cleanup it is. */
static const char torn_end[] =
    "static __inline__ void __attribute__((__unused__,__nodebug__,"
    "__always_inline__,__no_instrument_function__)) __escc_mended(char*c)"
    "{(void)c;__asm__ volatile(\"\":::\"memory\");if(!--__escc_tls.torn&&"
    "__builtin_expect(__escc_tls.pending,0))__escc_whole();}";

/* rw_dlsym.c.  In the unit, since RTLD_NEXT means the caller's object. */
static const char look_up[] =
    "extern void*__escc_real_dlsym(void*,const char*)__asm__(\"dlsym\");"
    "static void*__attribute__((__unused__)) __escc_dlsym(void*h,"
    "const char*n){void*a=__escc_real_dlsym(h,n);__escc_found_symbol(n,a);"
    "return __escc_replaced_symbol(n,a);}";

/* rw_promote.c.  Nothing that is called asks for memory or frees any, but for
 * a pointer to no buffer. */
#define PROMOTED "static __inline__ __attribute__((__unused__,__nodebug__,"   \
    "__no_instrument_function__)) "
static const char promotion[] =
    PROMOTED "void*__escc_malloc_in(unsigned long bytes,void*room)"
    "{(void)bytes;return room;}"
    PROMOTED "void*__escc_malloc_for(unsigned long bytes,void*room,"
    "unsigned long most,const struct __escc_site*site)"
    "{return bytes-1<most?room:__escc_malloc(bytes,site);}"
    PROMOTED "void*__escc_calloc_in(unsigned long count,unsigned long bytes,"
    "void*room){return __builtin_memset(room,0,count*bytes);}"
    PROMOTED "void*__escc_outside(void*block,void*room,unsigned long bytes)"
    "{return(unsigned long)block-(unsigned long)room<bytes?(void*)0:block;}"
    PROMOTED "void*__escc_realloc_for(void*null,unsigned long bytes,void*room,"
    "unsigned long most,const struct __escc_site*site)"
    "{(void)null;return bytes-1<most?room:__escc_malloc(bytes,site);}"
    PROMOTED "void*__escc_outgrown(void*block,unsigned long bytes,"
    "const struct __escc_site*site,unsigned long left)"
    "{void*p=bytes?__escc_malloc(bytes,site):(void*)0;"
    "return p?__escc_memcpy(p,block,left<bytes?left:bytes):p;}"
    PROMOTED "void*__escc_realloc_in(void*block,unsigned long bytes,"
    "const struct __escc_site*site,void*room,unsigned long most)"
    "{unsigned long at=(unsigned long)block-(unsigned long)room;"
    "if(at>=most)return __escc_realloc(block,bytes,site);"
    "return bytes-1<most-at?block:"
    "__escc_outgrown(block,bytes,site,most-at);}"
    PROMOTED "void __escc_free_in(void*block){if(block)__escc_free(block);}"
    PROMOTED "void __escc_free_now_in(void*block)"
    "{if(block)__escc_free_now(block);}";

/* rw_forget.c.  A name, so that the value is known for ours (verify.c). */
static const char forgotten[] = "enum{__escc_nothing};";

/* [inv.emit.declarations], with -fescc-check-escapes. */
static const char checked_declarations[] =
    "struct __escc_left{const void*at;unsigned long bytes;"
    "const struct __escc_site*site;};"
    "struct __escc_exits{unsigned until;unsigned gap;};"
    "struct __escc_frame{struct __escc_frame*outer;"
    "struct __escc_exits*exits;const struct __escc_frame*self;"
    "unsigned long count;unsigned long lasting;};"
    "extern __thread struct __escc_frame*__escc_frames"
    " __attribute__((__tls_model__(\"initial-exec\")));"
    "extern void __escc_check_escapes(unsigned,const void*);"
    "extern void __escc_check_frame(struct __escc_frame*,const void*);";

static const char checked_functions[] =
    "static __inline__ void*__attribute__((__unused__,__nodebug__,"
    "__always_inline__,__no_instrument_function__)) __escc_enter("
    "struct __escc_frame*f){f->outer=__escc_frames;f->self=f;"
    "__escc_frames=f;return(void*)0;}"
    "static __inline__ void __attribute__((__unused__,__nodebug__,"
    "__always_inline__,__no_instrument_function__)) __escc_leave(void*p)"
    "{struct __escc_frame*f=(struct __escc_frame*)p;__escc_frames=f->outer;"
    "if(__builtin_expect(!f->exits->until--,0))"
    "__escc_check_frame(f,__builtin_frame_address(0));f->self=(void*)0;}";

/* [inv.unit.record]  A unit has a record in its object: "escc", 2 if every
 * store of a pointer has a barrier (rw_world.c), else 3, and how many bytes of
 * code it speaks for: of that its facts say all there is to say.  Here these
 * are 0; the driver fills them in when it has made the object of just this text
 * (tool/driver/record.c), so that code which `ld -r` puts beside it is not
 * covered.  A program does not get the section: e is SHF_EXCLUDE.  It comes
 * first in the prologue, where the driver looks for it. */
static void put_record(struct strbuf *out, bool closed)
{
    strbuf_printf(out, "__asm__(\".pushsection escc.unit,\\\"e\\\",%%progbits"
                       "\\n.ascii \\\"escc\\\"\\n.long %d\\n.quad 0\\n"
                       ".popsection\");", closed ? 2 : 3);
}

/* [inv.alloc.names]; the section is for the driver, which finds out by it
 * whether somebody has renamed one since (tool/driver/renamed.c): a relocation
 * that does nothing says at each name what it is called now. */
static void put_names(struct strbuf *out, const char *names)
{
    strbuf_printf(out, "__asm__(\".globl %s\\n.pushsection escc.names,"
                       "\\\"e\\\",%%progbits\\n", names);
    for (const char *p = names; *p; p += *p == ',') {
        int bytes = (int)strcspn(p, ",");
        strbuf_printf(out, ".reloc .,R_X86_64_NONE,%.*s\\n"
                           ".ascii \\\"%.*s,\\\"\\n", bytes, p, bytes, p);
        p += bytes;
    }
    strbuf_puts(out, ".popsection\");");
}

/* gdb loads the script when it loads what is linked.  The linker makes one of
 * all that say the same; 1 says that a file's name follows. */
static void put_debug_script(struct strbuf *out, const char *path)
{
    strbuf_printf(out, "__asm__(\".pushsection .debug_gdb_scripts,"
                       "\\\"MS\\\",%%progbits,1\\n.byte 1\\n"
                       ".asciz \\\"%s\\\"\\n.popsection\");", path);
}

static const char *short_text(const char *text, size_t bytes)
{
    struct strbuf line = {0};
    edits_squash(&line, text, bytes);
    if (!line.bytes)
        return "";
    if (line.bytes > WHAT_BYTES) {
        size_t end = WHAT_BYTES;
        while (end > 0 && ((unsigned char)line.text[end] & 0xc0) == 0x80)
            end--;              /* not inside a UTF-8 character */
        line.bytes = end;
        strbuf_puts(&line, "...");
    }
    const char *copy = arena_strndup(line.text, line.bytes);
    strbuf_free(&line);
    return copy;
}

const char *emit_site(struct site_table *table, const struct unit *unit,
                      uint32_t offset, const char *function,
                      const char *what, size_t bytes, enum site_scan scan)
{
    struct place place = unit_place(unit, offset);
    struct site site = {.file = place.file ? place.file : unit->main_file,
                        .function = function,
                        .what = short_text(what, bytes),
                        .line = place.line, .scan = scan};
    vec_push(table, site);
    return arena_printf(table->by_call ? "__escc_site(%zu)"
                                       : "&__escc_sites[%zu]",
                        table->count - 1);
}

/* A C string constant.  Octal escapes have three digits, so that a digit may
 * follow; `?` is escaped against trigraphs. */
static void put_bytes(struct strbuf *out, const char *text, size_t bytes)
{
    strbuf_putc(out, '"');
    const unsigned char *p = (const unsigned char *)text;
    for (const unsigned char *end = p + bytes; p < end; p++) {
        if (*p == '"' || *p == '\\' || *p == '?')
            strbuf_printf(out, "\\%c", *p);
        else if (*p < ' ' || *p == 127)
            strbuf_printf(out, "\\%03o", *p);
        else
            strbuf_putc(out, (char)*p);
    }
    strbuf_putc(out, '"');
}

static void put_string(struct strbuf *out, const char *text)
{
    put_bytes(out, text, strlen(text));
}

/* The last element is for linkers: its name is what they print when the runtime
 * is missing, and what is to be done. */
static void put_sites(struct strbuf *out, const struct site_table *table)
{
    if (!table->count)
        return;
    strbuf_puts(out, "static const struct __escc_site __escc_sites[]"
                     " __attribute__((__unused__))={");
    for (size_t i = 0; i < table->count; i++) {
        const struct site *s = &table->items[i];
        strbuf_puts(out, i ? ",{" : "{");
        put_string(out, s->file);
        strbuf_putc(out, ',');
        put_string(out, s->function);
        strbuf_putc(out, ',');
        put_string(out, s->what);
        strbuf_printf(out, ",%u,%d}", s->line, (int)s->scan);
    }
    strbuf_puts(out, ",{" LINK_HINT ",0,0,0,0}};");
    if (table->by_call)
        strbuf_puts(out, "static __inline__ __attribute__((__always_inline__,"
                         "__unused__))const struct __escc_site*"
                         "__escc_site(unsigned n){return __escc_sites+n;}");
}

/* The unit's entry in the table of the program (include/escc/facts.h).  It
 * names no function: a name would be a reference, which has to be bound where
 * the call is dead code, and keeps what --gc-sections would drop. */
static void put_facts(struct strbuf *out, const struct esc_facts *facts)
{
    strbuf_printf(out, "static const struct{unsigned words[%zu];"
                       "char text[%zu];}__escc_facts={{",
                  facts->word_count, facts->text_bytes);
    for (size_t i = 0; i < facts->word_count; i++)
        strbuf_printf(out, i ? ",%u" : "%u", (unsigned)facts->words[i]);
    strbuf_puts(out, "},");
    put_bytes(out, facts->text, facts->text_bytes - 1); /* C adds the last 0 */
    strbuf_puts(out, "};static struct{const void*facts;");
    if (facts->local_count)
        strbuf_printf(out, "volatile unsigned char at_load[%d];",
                      facts->local_count);
    strbuf_puts(out, "}__escc_decided __attribute__((__used__,__retain__,"
                     "__section__(\"" ESCC_DECIDED_SECTION "\"),"
                     "__aligned__(8)))={&__escc_facts");
    for (int i = 0; i < facts->local_count; i++)
        strbuf_puts(out, i ? ",1" : ",{1");
    strbuf_puts(out, facts->local_count ? "}};" : "};");
}

/* rw_frame.c.  The argument of __escc_leave is a record, whatever its size. */
static void put_checks(struct strbuf *out, const struct escape_checks *checks)
{
    if (!checks->every)
        return;
    strbuf_puts(out, checked_declarations);
    if (!checks->blocks)
        return;
    strbuf_printf(out, "static struct __escc_exits __escc_exits[%u];"
                       "static void __attribute__((__constructor__,__used__))"
                       " __escc_checks(void)"
                       "{__escc_check_escapes(%u,__escc_exits);}",
                  checks->blocks, checks->every);
    strbuf_puts(out, checked_functions);
}

/* Where the text's first line marker ends, or 0; its line number and name
 * (with quotes, as written) are set. */
static size_t first_marker(const struct unit *unit, unsigned *line,
                           const char **name, size_t *name_bytes)
{
    const char *p = unit->text, *end = p + unit->bytes;
    if (p + 3 >= end || p[0] != '#' || p[1] != ' ')
        return 0;
    char *after;
    *line = (unsigned)strtoul(p + 2, &after, 10);
    const char *newline = memchr(p, '\n', unit->bytes);
    if (!newline || after == p + 2 || after[0] != ' ' || after[1] != '"')
        return 0;
    *name = after + 1;
    const char *quote = *name + 1;
    while (quote < newline && *quote != '"')
        quote += *quote == '\\' ? 2 : 1;
    if (quote >= newline)
        return 0;
    *name_bytes = (size_t)(quote + 1 - *name);
    return (size_t)(newline + 1 - unit->text);
}

/* Behind the marker that may follow the first one, `# 1 "/folder//"`: gcc takes
 * the folder that the text was made in from there, and from nowhere else. */
static size_t folder_marker(const struct unit *unit, size_t at)
{
    const char *line = unit->text + at;
    const char *newline = memchr(line, '\n', unit->bytes - at);
    static const char start[] = "# 1 \"", end[] = "//\"";
    size_t bytes = newline ? (size_t)(newline - line) : 0;
    if (bytes < sizeof start + sizeof end ||
        memcmp(line, start, sizeof start - 1) != 0 ||
        memcmp(newline - (sizeof end - 1), end, sizeof end - 1) != 0)
        return at;
    return at + bytes + 1;
}

/* What goes in front of the unit's own text. */
static void put_prologue(struct strbuf *out, const struct emitted *e)
{
    strbuf_puts(out, "# 1 \"<escc>\" 1 3\n");
    if (e->has_record)
        put_record(out, e->closed);
    strbuf_puts(out, declarations);
    if (e->names)
        put_names(out, e->names);
    if (e->debug_script)
        put_debug_script(out, e->debug_script);
    if (e->unoptimized)
        strbuf_puts(out, unoptimized_barrier);
    if (e->torn)
        strbuf_puts(out, torn_end);
    if (e->looks_up)
        strbuf_puts(out, look_up);
    if (e->promotes)
        strbuf_puts(out, promotion);
    if (e->forgets)
        strbuf_puts(out, forgotten);
    if (e->stride < 8 || e->fields)
        strbuf_printf(out, "static void __attribute__((__constructor__,"
                           "__used__)) __escc_unit(void)"
                           "{__escc_unit_stride(%u);"
                           "__escc_unit_fields(%uu);}", e->stride, e->fields);
    put_sites(out, e->sites);
    put_checks(out, &e->checks);
    if (e->facts)
        put_facts(out, e->facts);
}

void emit_unit(struct strbuf *out, const struct unit *unit,
               struct edits *edits, const struct emitted *emitted)
{
    struct strbuf text = {0}, main_name = {0};
    edits_render(edits, &text);
    unsigned line = 1;
    const char *name;
    size_t name_bytes;
    size_t head = first_marker(unit, &line, &name, &name_bytes);
    if (!head) {
        put_string(&main_name, unit->main_file);
        name = main_name.text;
        name_bytes = main_name.bytes;
    }
    if (head) {
        head = folder_marker(unit, head);
        strbuf_add(out, text.text, head);
    }
    put_prologue(out, emitted);
    strbuf_printf(out, "\n# %u ", line);
    strbuf_add(out, name, name_bytes);
    strbuf_puts(out, " 2\n");
    strbuf_add(out, text.text + head, text.bytes - head);
    strbuf_free(&text);
    strbuf_free(&main_name);
}
