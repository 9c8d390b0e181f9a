/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_explain.h - from paths through solved graphs to flows between objects,
 * and on into the functions that are called. */
#ifndef ESCC_ESC_EXPLAIN_H
#define ESCC_ESC_EXPLAIN_H

#include "esc_build.h"

struct esc_explainer {
    const struct esc *esc;
    struct map flows;           /* struct esc_path -> struct known_flow */
};

struct esc_object esc_explain_object(const struct esc_function *,
                                     const struct esc_location *);

/* The function's path to `to`; lives as long as the process. */
struct esc_flow esc_explain(struct esc_explainer *,
                            const struct esc_function *,
                            const struct esc_path *,
                            const struct esc_location *to, int derefs);

/* The flow that gave the entry of the function's tag for a parameter, to the
 * heap or to a location of that kind; or NULL. */
const struct esc_leak *esc_explain_leak(const struct esc_function *,
                                        int parameter,
                                        enum esc_location_kind to);

/* Why, and the function outside of the unit that is the reason, or NULL. */
enum esc_why esc_explain_why(const struct esc_flow *,
                             const struct symbol **by);

#endif
