/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_assertions.c - the marks of <escc/attr.h> against the findings.
 *
 * A marked local must stay in its frame, whatever other units do; the value
 * of a marked parameter must be nowhere when the call is over, but for the
 * result, if that is what the function says.  What it points to is not spoken
 * of.  A block that a marked pointer begins with must be in the frame.
 */
#include "report.h"
#include "report_write.h"

#include "util/arena.h"
#include "util/diag.h"

static bool is_violation(const struct esc_finding *f)
{
    const struct symbol *symbol = f->about.symbol;
    if (f->about.kind != ESC_OBJECT_VARIABLE || !symbol ||
        !symbol->asserts_noescape)
        return false;
    switch (f->kind) {
    case ESC_LEAKS_TO_RESULT:
        return f->derefs == 0 &&
               f->function->asserted_result != symbol->parameter_index + 1;
    case ESC_LEAKS_TO_HEAP: case ESC_LEAKS_TO_CONTENT:
        return f->derefs == 0;
    case ESC_DOES_NOT_ESCAPE: case ESC_KEPT_BY_OPTION:
        return false;
    case ESC_ESCAPES:           /* else -fescc-locals=all moved it */
        return f->flow.to.kind != ESC_OBJECT_NONE;
    default:
        return true;
    }
}

enum mark { MARK_NOESCAPE, MARK_RETURNS, MARK_ON_STACK };

/* The mark that does not hold; -1: none. */
static int broken_mark(const struct esc_finding *f)
{
    const struct symbol *symbol = f->about.symbol;
    if (f->is_demanded && f->unpromoted)
        return MARK_ON_STACK;
    if (!is_violation(f))
        return -1;
    return symbol->kind == S_PARAMETER && f->function->asserted_result
        ? MARK_RETURNS : MARK_NOESCAPE;
}

static void report_broken(const struct unit *unit,
                          const struct esc_findings *findings, enum mark mark)
{
    static const char *const ids[] = {"escc-noescape", "escc-returns",
                                      "escc-on-stack"};
    static const char *const names[] = {"ESCC_NOESCAPE", "ESCC_RETURNS",
                                        "ESCC_ON_STACK"};

    struct esc_findings broken = {0};
    struct strbuf text = {0};
    for (size_t i = 0; i < findings->count; i++) {
        const struct esc_finding *f = &findings->items[i];
        if (broken_mark(f) == (int)mark)
            vec_push(&broken, *f);
    }
    if (broken.count) {
        report_text_errors(report_make(unit, &broken, true), ids[mark],
                           arena_printf("%s does not hold", names[mark]),
                           &text);
        util_write(2, text.text, text.bytes);
    }
    strbuf_free(&text);
    vec_free(&broken);
}

void report_assertions(const struct unit *unit,
                       const struct esc_findings *findings)
{
    report_broken(unit, findings, MARK_NOESCAPE);
    report_broken(unit, findings, MARK_RETURNS);
    report_broken(unit, findings, MARK_ON_STACK);
}
