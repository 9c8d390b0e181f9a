/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_options.c - reads rt_options.def's knobs from the environment.
 *
 * Runs once, before the first allocation is handed out, so it uses no libc
 * function that allocates, and no getenv (the environment may be locked or
 * not set up in a constructor; the caller passes it in).
 *
 * A typing error in a debugging session costs hours when it is silent, so
 * every ESCC_ variable or word that nobody knows is answered with one line
 * and the nearest name.  Variables of the compiler driver are known too: a
 * build exports them to programs that were compiled by escc.  Names near to
 * those are the driver's to complain about (tool/driver/driver.c).
 */
#include "rt_options.h"

#include "rt_assert.h"
#include "rt_print.h"

#include <stddef.h>
#include <string.h>

struct rt_options rt_options;
bool rt_verify_enabled;
enum rt_free rt_options_free_default;

enum kind {
    NUMBER, PERCENT, VERIFY, FREE, FOREIGN, LOCALS, SIZE, LIMIT, FOLDER,
    NOT_OURS
};
enum group { GROUP_ENV, GROUP_DEBUG, GROUP_TOOL };

struct knob {
    const char *name, *help;
    size_t offset;              /* of the field in struct rt_options */
    enum group group;
    enum kind kind;
    int default_value, least, most;
};

static const struct knob knobs[] = {
#define ENV(name, field, kind, default_, least, most, help)                 \
    {#name, help, offsetof(struct rt_options, field),                      \
     GROUP_ENV, kind, default_, least, most},
#define DEBUG(name, field, kind, default_, least, most, help)               \
    {#name, help, offsetof(struct rt_options, field),                      \
     GROUP_DEBUG, kind, default_, least, most},
#define TOOL(name) {#name, "", 0, GROUP_TOOL, NOT_OURS, 0, 0, 0},
#include "rt_options.def"
#undef ENV
#undef DEBUG
#undef TOOL
    {"DEBUG", "", 0, GROUP_TOOL, NOT_OURS, 0, 0, 0},
};

enum { NKNOBS = sizeof knobs / sizeof *knobs };

/* A piece of an environment string. */
struct piece {
    const char *text;
    size_t length;
};

/* Every field begins with an int. */
static int *field_of(struct rt_options *options, const struct knob *knob)
{
    return (int *)((char *)options + knob->offset);
}

static bool matches(struct piece piece, const char *name)
{
    return strlen(name) == piece.length &&
           memcmp(name, piece.text, piece.length) == 0;
}

static const struct knob *find(struct piece name, bool debug)
{
    for (size_t i = 0; i < NKNOBS; i++)
        if ((knobs[i].group == GROUP_DEBUG) == debug &&
            matches(name, knobs[i].name))
            return &knobs[i];
    return NULL;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* Levenshtein distance without regard to case; names are short, longer
 * ones (the 32nd character on) are cut off. */
static unsigned distance(struct piece a, const char *b)
{
    unsigned row[33];
    unsigned n = (unsigned)strnlen(b, 32);
    for (unsigned j = 0; j <= n; j++)
        row[j] = j;
    for (unsigned i = 0; i < a.length && i < 32; i++) {
        unsigned diagonal = row[0];
        row[0] = i + 1;
        for (unsigned j = 0; j < n; j++) {
            unsigned change = diagonal + (lower(a.text[i]) != lower(b[j]));
            diagonal = row[j + 1];
            unsigned least = row[j] < diagonal ? row[j] + 1 : diagonal + 1;
            row[j + 1] = change < least ? change : least;
        }
    }
    return row[n];
}

static const struct knob *nearest(struct piece name, bool debug)
{
    const struct knob *best = &knobs[0];
    unsigned best_distance = ~0u;
    for (size_t i = 0; i < NKNOBS; i++) {
        unsigned d = distance(name, knobs[i].name);
        if ((knobs[i].group == GROUP_DEBUG) == debug && d < best_distance) {
            best = &knobs[i];
            best_distance = d;
        }
    }
    return best;
}

/* Was it meant for the compiler driver? */
static bool is_for_tool(struct piece name, const struct knob *near)
{
    return near->group == GROUP_TOOL && strcmp(near->name, "DEBUG") &&
           distance(name, near->name) <= name.length / 3 + 1;
}

static bool parse_number(struct piece value, int *out)
{
    bool negative = value.length && *value.text == '-';
    size_t i = negative;
    long n = 0;
    if (i == value.length || value.length - i > 10)
        return false;
    for (; i < value.length; i++) {
        if (value.text[i] < '0' || value.text[i] > '9')
            return false;
        n = n * 10 + (value.text[i] - '0');
    }
    if (n > 2000000000)
        return false;
    *out = (int)(negative ? -n : n);
    return true;
}

/* Names for 0 and up, to the first that is not there. */
static const char *const names[][4] = {
    [FREE] = {"ignore", "drop", "trust"},
    [FOREIGN] = {"any", "readonly"},
    [LOCALS] = {"escaping", "none"},
};

static bool parse_name(const char *const *of_kind, struct piece value,
                       int *out)
{
    for (int i = 0; of_kind[i]; i++)
        if (matches(value, of_kind[i])) {
            *out = i;
            return true;
        }
    return false;
}

static bool matches_any_case(struct piece piece, const char *name)
{
    return strlen(name) == piece.length && distance(piece, name) == 0;
}

/* Powers of 1024 as Go (MiB) and as docker and java (m, M) write them; of
 * 1000 where that is what the letters say. */
static bool parse_suffix(struct piece suffix, uint64_t *factor)
{
    static const char letters[] = "KMGT";
    uint64_t binary = 1, decimal = 1;
    *factor = 1;
    if (suffix.length == 0 || matches_any_case(suffix, "B"))
        return true;
    for (const char *letter = letters; *letter; letter++) {
        const char short_name[] = {*letter, 0};
        const char long_name[] = {*letter, 'i', 'B', 0};
        const char si_name[] = {*letter, 'B', 0};
        binary *= 1024;
        decimal *= 1000;
        *factor = matches_any_case(suffix, si_name) ? decimal : binary;
        if (*factor == decimal || matches_any_case(suffix, short_name) ||
            matches_any_case(suffix, long_name))
            return true;
    }
    return false;
}

/* A number with a suffix, or with a percent sign. */
static bool parse_amount(struct piece value, bool percent,
                         struct rt_amount *out)
{
    uint64_t n = 0, factor;
    size_t i = 0;
    for (; i < value.length && value.text[i] >= '0' && value.text[i] <= '9';
         i++)
        if (__builtin_mul_overflow(n, 10, &n) ||
            __builtin_add_overflow(n, value.text[i] - '0', &n))
            return false;
    struct piece suffix = {value.text + i, value.length - i};
    if (i == 0)
        return false;
    if (percent && matches(suffix, "%") && n >= 1 && n <= 100) {
        *out = (struct rt_amount){RT_AMOUNT_PERCENT, n};
        return true;
    }
    if (!parse_suffix(suffix, &factor) ||
        __builtin_mul_overflow(n, factor, &n) || n > INT64_MAX)
        return false;
    *out = (struct rt_amount){RT_AMOUNT_BYTES, n};
    return true;
}

static bool parse_limit(struct piece value, struct rt_amount *out)
{
    if (matches(value, "auto"))
        *out = (struct rt_amount){RT_AMOUNT_AUTO, 0};
    else if (matches(value, "off"))
        *out = (struct rt_amount){RT_AMOUNT_OFF, 0};
    else
        return parse_amount(value, true, out);
    return true;
}

static bool parse_folder(struct piece value, struct rt_folder *out)
{
    if (value.length == 0 || value.length >= sizeof out->path)
        return false;
    memcpy(out->path, value.text, value.length);
    out->path[value.length] = 0;
    return true;
}

static bool parse_int(const struct knob *knob, struct piece value, int *out)
{
    if (knob->kind == PERCENT && matches(value, "off")) {
        *out = -1;
        return true;
    }
    if (knob->kind == VERIFY && matches(value, "barrier")) {
        *out |= RT_VERIFY_BARRIER;
        return true;
    }
    if (knob->kind == VERIFY && matches(value, "noscan")) {
        *out |= RT_VERIFY_NOSCAN;
        return true;
    }
    int n;
    if (!parse_number(value, &n) || n < knob->least || n > knob->most)
        return false;
    *out = knob->kind == VERIFY && n ? *out | n : n;
    return true;
}

static bool parse(const struct knob *knob, struct piece value, int *out)
{
    switch (knob->kind) {
    case SIZE:
        return parse_amount(value, false, (struct rt_amount *)(void *)out);
    case LIMIT:
        return parse_limit(value, (struct rt_amount *)(void *)out);
    case FOLDER:
        return parse_folder(value, (struct rt_folder *)(void *)out);
    case FREE:
    case FOREIGN:
    case LOCALS:
        return parse_name(names[knob->kind], value, out);
    default:
        return parse_int(knob, value, out);
    }
}

static void describe_values(const struct knob *knob, char *out, size_t bytes)
{
    static const char *const texts[] = {
        [FREE] = "ignore, drop or trust",
        [FOREIGN] = "any or readonly",
        [LOCALS] = "escaping or none",
        [SIZE] = "bytes, or as 512MiB",
        [LIMIT] = "auto, off, bytes, or as 512MiB or 90%",
        [FOLDER] = "a folder, at most 511 characters"};
    if (knob->kind >= FREE)
        rt_format(out, bytes, "%s", texts[knob->kind]);
    else
        rt_format(out, bytes, "%s%d to %d%s",
                  knob->kind == PERCENT ? "off or " : "",
                  knob->kind == PERCENT ? 0 : knob->least, knob->most,
                  knob->kind == VERIFY ? " or barrier" : "");
}

static void set(struct rt_options *options, struct piece name,
                struct piece value, bool debug, void (*warn)(const char *))
{
    const char *prefix = debug ? "ESCC_DEBUG=" : "ESCC_";
    char line[256], values[64];
    const struct knob *knob = find(name, debug);
    const struct knob *near = knob ? knob : nearest(name, debug);
    if (!knob && is_for_tool(name, near))
        return;
    if (!knob) {
        rt_format(line, sizeof line,
                  "escc: warning: unknown setting %s%.*s; did you mean "
                  "%s%s?\n",
                  prefix, (int)name.length, name.text, prefix,
                  near->name);
        warn(line);
    } else if (knob->kind != NOT_OURS &&
               !parse(knob, value, field_of(options, knob))) {
        describe_values(knob, values, sizeof values);
        rt_format(line, sizeof line,
                  "escc: warning: bad value '%.*s' of %s%s: %s\n",
                  (int)value.length, value.text, prefix, knob->name, values);
        warn(line);
    }
}

/* Cuts `piece` after the first `separator`; *rest is what follows it. */
static struct piece cut(struct piece piece, char separator,
                        struct piece *rest)
{
    const char *end = memchr(piece.text, separator, piece.length);
    size_t length = end ? (size_t)(end - piece.text) : piece.length;
    size_t skip = end ? length + 1 : length;
    *rest = (struct piece){piece.text + skip, piece.length - skip};
    return (struct piece){piece.text, length};
}

static void read_debug(struct rt_options *options, struct piece list,
                       void (*warn)(const char *))
{
    while (list.length) {
        struct piece value;
        struct piece word = cut(list, ',', &list);
        struct piece name = cut(word, '=', &value);
        if (name.length)
            set(options, name, value, true, warn);
    }
}

void rt_options_read(struct rt_options *options, char *const *environment,
                     void (*warn)(const char *line))
{
    memset(options, 0, sizeof *options);
    for (size_t i = 0; i < NKNOBS; i++)
        if (knobs[i].group != GROUP_TOOL)
            *field_of(options, &knobs[i]) = knobs[i].default_value;
    options->free = (int)rt_options_free_default;
    for (; environment && *environment; environment++) {
        if (strncmp(*environment, "ESCC_", 5) != 0)
            continue;
        struct piece all = {*environment + 5, strlen(*environment + 5)};
        struct piece value;
        struct piece name = cut(all, '=', &value);
        if (matches(name, "DEBUG"))
            read_debug(options, value, warn);
        else
            set(options, name, value, false, warn);
    }
}

static bool is_setting(const char *variable)
{
    if (strncmp(variable, "ESCC_", 5) != 0)
        return false;
    struct piece all = {variable + 5, strlen(variable + 5)}, value;
    struct piece name = cut(all, '=', &value);
    const struct knob *knob = find(name, false);
    return matches(name, "DEBUG") || (knob && knob->group == GROUP_ENV);
}

void rt_options_remove(char **environment)
{
    char **kept = environment;
    for (; environment && *environment; environment++)
        if (!is_setting(*environment))
            *kept++ = *environment;
    if (kept)
        *kept = NULL;
}

static const char *default_text(const struct knob *knob)
{
    if (knob->kind == FREE)
        return names[FREE][rt_options_free_default];
    if (knob->kind == FOREIGN || knob->kind == LOCALS)
        return names[knob->kind][knob->default_value];
    return knob->kind == FOLDER ? "none" : "auto";
}

void rt_options_help(void)
{
    rt_print("escc runtime settings (name, default, help):\n");
    for (size_t i = 0; i < NKNOBS; i++) {
        const struct knob *knob = &knobs[i];
        if (knob->group == GROUP_TOOL)
            continue;
        const char *prefix = knob->group == GROUP_DEBUG ? "ESCC_DEBUG="
                                                        : "ESCC_";
        if (knob->kind >= FREE)
            rt_print("  %s%-10s %s  %s\n", prefix, knob->name,
                     default_text(knob), knob->help);
        else
            rt_print("  %s%-10s %4d  %s\n", prefix, knob->name,
                     knob->default_value, knob->help);
    }
}
