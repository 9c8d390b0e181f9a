/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_asm.c - flows of inline assembly. */
#include "esc_build.h"

#include <string.h>
#include <strings.h>

/* A memory operand only gives access to the object: the address itself is
 * not kept.  "g" and "rm" may be a register. */
static bool is_memory_operand(const struct node *n, int i)
{
    const char *constraint =
        n->asm_ && n->asm_->constraints ? n->asm_->constraints[i] : NULL;
    return constraint && strpbrk(constraint, "moVQ") &&
           !strpbrk(constraint, "rgXRqabcdSDA0123456789");
}

/* Whether the template may take the address of a memory operand. */
static bool takes_addresses(const struct node *n)
{
    for (const char *p = n->asm_ ? n->asm_->template_text : ""; *p; p++)
        if (!strncasecmp(p, "lea", 3))
            return true;
    return false;
}

/* `asm("" : "=r"(q) : "0"(p))` hides from the compiler where a value comes
 * from; nothing is executed.  So nothing is kept, and an output that is no
 * memory may be any input. */
static void empty_asm(struct esc_builder *b, const struct node *n)
{
    int outputs = n->asm_->outputs;
    struct esc_location *all = esc_new_temporary(b);
    esc_graph_release(b->graph, all, 0);
    for (int i = 0; i < n->kid_count; i++) {
        const struct node *kid = n->kids[i];
        if (!kid)
            continue;
        if (i >= outputs && !(kid->flags & NODE_LVALUE)) {
            esc_value(b, esc_into(all), kid);
            continue;
        }
        struct esc_place place = esc_place(b, kid);
        if (esc_carries(b, kid))
            esc_flow(b, esc_shift(esc_into(all), place.derefs), place.base);
        if (i < outputs && !is_memory_operand(n, i) && esc_carries(b, kid))
            esc_flow(b, esc_noted(esc_store(b, place), n, ESC_BY_ASM),
                     all);
    }
}

/* Values that go in may be kept; whatever comes out is unknown. */
void esc_build_asm(struct esc_builder *b, const struct node *n)
{
    struct esc_hole heap = esc_noted(esc_into(b->graph->heap), n,
                                     ESC_BY_ASM);
    int outputs = n->asm_ ? n->asm_->outputs : 0;
    if (n->asm_ && !*n->asm_->template_text) {
        empty_asm(b, n);
        return;
    }
    bool addresses = takes_addresses(n);
    for (int i = 0; i < n->kid_count; i++) {
        const struct node *kid = n->kids[i];
        if (!kid)
            continue;
        bool memory = is_memory_operand(n, i) && kid->flags & NODE_LVALUE;
        if (i < outputs || memory) {
            struct esc_place place = esc_place(b, kid);
            esc_flow(b, esc_shift(esc_store(b, place), -1), b->graph->heap);
            if (memory || esc_carries(b, kid))
                esc_flow(b, esc_shift(heap, place.derefs), place.base);
            if (addresses && strpbrk(n->asm_->constraints[i], "moVgXpQA<>"))
                esc_flow(b, esc_shift(heap, place.derefs - 1), place.base);
        } else {
            esc_value(b, heap, kid);
        }
    }
}
