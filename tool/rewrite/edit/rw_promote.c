/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_promote.c - blocks of malloc's in the frame.
 *
 * Which may be there is the analysis's to say (esc_promote.c).  The buffer is
 * declared where its block begins, the call gives its address:
 *
 *     {char __escc_r3[32] __attribute__((__aligned__(16)));
 *         struct s *p = __escc_malloc_in(sizeof *p,__escc_r3);
 *         …
 *         __escc_free_in(__escc_outside((void*)(p),__escc_r3,32));
 *     }
 *
 * A size that is not constant is compared when the program runs, and what does
 * not fit comes from the heap: `__escc_malloc_for(n,__escc_r3,64,&site)`.
 *
 * So is the length of a text that strdup copies; whose strdup it is, the
 * runtime finds out, as ever (rw_alloc.c):
 * `__escc_strdup_in(s,__escc_r3,64,&site,strdup)`.
 *
 * free compares: that the pointer may be to the buffer does not say that it
 * is.  A wrong program's, to its middle, does no harm, as elsewhere.  Compilers
 * see where it leads, and nothing is left of that: the functions are inline
 * ones of the prologue (emit.c).
 *
 * [inv.promote.types]  a block has no declared type, an array of char has one,
 * and by the letter of C11 6.5p6 the program's objects are not of it.  The
 * compilers behind escc take an array of char for storage of any object, as
 * C++ has it ([intro.object]), whose code goes the same way: what tells
 * accesses apart is the types of the accesses, never that of the array, which
 * is not accessed as one.  Objects of different types in it, one after
 * another, are what they are in a block.
 *
 * realloc of what may be in a buffer leaves it there while it fits, and copies
 * it into a block when it grows: `__escc_realloc_in(p,n,&site,__escc_r3,64)`.
 *
 * The buffer has no initialiser: a jump past its declaration does no harm, and
 * malloc promises no contents.  calloc does, with each call.
 */
#include "rw_passes.h"

#include "escape/esc_sites.h"
#include "util/arena.h"

enum { BLOCK_ALIGNMENT = 16 };  /* malloc's, which tags in pointers rely on */

/* The name of the buffer, which is declared at the first question. */
static const char *buffer_of(struct rewrite *r, struct esc_promoted *p)
{
    if (p->number)
        return arena_printf("__escc_r%u", p->number);
    p->number = ++r->serial;
    const char *name = arena_printf("__escc_r%u", p->number);
    const char *bytes = arena_printf("%lld", (long long)p->bytes);
    edits_entry(&r->edits, rw_block_entry(r, p->block),
                arena_printf("char %s[%s] __attribute__((__aligned__(%d)));%s",
                             name, bytes, BLOCK_ALIGNMENT,
                             rw_frame_text(r, p->call, name, bytes)));
    return name;
}

static void promote(struct rewrite *r, const struct node *call,
                    struct esc_promoted *p)
{
    const struct node *callee = call->kids[0];
    const char *room = buffer_of(r, p);
    if (p->is_variable || p->is_renewed)
        room = arena_printf(
            "%s,%lld,%s", room, (long long)p->bytes,
            rw_site(r, call, r->unit->text + call->begin,
                    call->end - call->begin,
                    (p->is_text ? esc_stores_no_pointer(r->esc, call)
                                : esc_is_plain(r->esc, call)) ? SITE_NOSCAN
                                                              : SITE_SCAN));
    if (p->is_text)
        room = arena_printf("%s,%s", room,
                            rw_called_text(node_callee(call)->name,
                                           node_callee(call)));
    edits_replace(&r->edits, callee->begin, callee->end,
                  p->is_text
                  ? arena_printf("__escc_%s_in", node_callee(call)->name)
                  : p->is_renewed ? "__escc_realloc_for"
                  : p->is_variable ? "__escc_malloc_for"
                  : p->is_zeroed ? "__escc_calloc_in" : "__escc_malloc_in");
    edits_after(&r->edits, call->kids[call->kid_count - 1]->end,
                arena_printf(",%s", room));
}

/* [inv.promote.free] */
static void release(struct rewrite *r, const struct node *call,
                    const struct esc_freed *freed)
{
    const struct node *callee = call->kids[0], *argument = call->kids[1];
    const char *before = "(void*)(", *after = ")";
    for (const struct esc_freed *f = freed; f; f = f->next) {
        before = arena_printf("__escc_outside(%s", before);
        after = arena_printf("%s,%s,%lld)", after, buffer_of(r, f->promoted),
                             (long long)f->promoted->bytes);
    }
    edits_replace(&r->edits, callee->begin, callee->end,
                  esc_is_reused(r->esc, call) ? "__escc_free_now_in"
                                              : "__escc_free_in");
    edits_before(&r->edits, argument->begin, before);
    edits_after(&r->edits, argument->end, after);
}

/* The block or the buffer, with another size. */
static void renew(struct rewrite *r, const struct node *call,
                  struct esc_promoted *p)
{
    const struct node *callee = call->kids[0];
    /* What is copied out of the buffer is the other call's. */
    enum site_scan scan =
        esc_is_noscan(r->esc, call) && esc_is_noscan(r->esc, p->call)
        ? SITE_NOSCAN : SITE_SCAN;
    enum site_scan own = r->check_escapes && esc_is_own(r->esc, call)
        ? SITE_OWN : 0;
    const char *site = rw_site(r, call, r->unit->text + call->begin,
                               call->end - call->begin, scan | own);
    edits_replace(&r->edits, callee->begin, callee->end, "__escc_realloc_in");
    edits_after(&r->edits, call->kids[2]->end,
                arena_printf(",%s,%s,%lld", site, buffer_of(r, p),
                             (long long)p->bytes));
}

bool rw_promoted(struct rewrite *r, struct node *call)
{
    struct esc_promoted *promoted = esc_promoted(r->esc, call);
    const struct esc_freed *freed = esc_freed(r->esc, call);
    if (promoted)
        promote(r, call, promoted);
    else if (freed && freed->renews)
        renew(r, call, freed->promoted);
    else if (freed)
        release(r, call, freed);
    r->promotes |= promoted || freed;
    return promoted || freed;
}
