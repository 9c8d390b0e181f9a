/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_world.c - what the table of the library says to a closed world. */
#include "esc.h"

#include "esc_tags.h"

static bool stores(const struct esc_tag *tag)
{
    int n = tag->parameter_count;
    if (tag->allocates == ESC_ALLOCATES_ARGUMENT)
        return true;
    for (int to = 0; to < n; to++)
        for (int level = 1; level <= ESC_CONTENT_LEVELS; level++) {
            if (*esc_tag_content_unknown(tag, to, level))
                return true;
            for (int from = 0; from < n; from++)
                if (*esc_tag_content(tag, to, level, from) != ESC_NO_FLOW)
                    return true;
        }
    return false;
}

enum esc_world esc_world_of(const char *name)
{
    if (esc_tags_opens(name))
        return ESC_WORLD_OPENS;
    const struct esc_tag *tag = esc_tags_library(name);
    return !tag ? ESC_WORLD_UNKNOWN
        : stores(tag) ? ESC_WORLD_STORES : ESC_WORLD_SAFE;
}
