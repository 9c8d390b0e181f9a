/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cmdline.h - a compiler's argv, understood as far as escc needs.
 *
 * Owns the reading of words: arities, response files, which option means
 * what, the language of each input.  It knows nothing of processes or files
 * beyond response files; it decides nothing.  Every spelling of an option
 * lives in optab.def or cmdline.c.
 *
 * Everything points into argv or the arena and lives as long as the process.
 */
#ifndef ESCC_CMDLINE_H
#define ESCC_CMDLINE_H

#include "util/vec.h"

#include <stdbool.h>

/* The runs of the back end that may see an option; a set. */
enum step {
    STEP_PREPROCESS = 1,    /* CC -E */
    STEP_DIAGNOSE = 2,      /* CC -fsyntax-only, for the user's warnings */
    STEP_CODE = 4,          /* rewritten text to assembly or object */
    STEP_LINK = 8,
    STEP_PARSE = 16         /* libclang, inside escc-rewrite */
};

enum option_id {
    OPT_PLAIN,
    OPT_COMPILE, OPT_ASSEMBLE, OPT_SYNTAX, OPT_DRY_RUN, OPT_VERBOSE,
    OPT_VERSION, OPT_HELP, OPT_LINK_FLAGS, OPT_FINGERPRINT, OPT_DOCTOR,
    OPT_TOPIC, OPT_PASS,
    OPT_OUTPUT, OPT_LANGUAGE, OPT_SAVE_TEMPS, OPT_DUMP_DIR, OPT_FRONT_FILE,
    OPT_INCLUDE, OPT_PCH, OPT_WP, OPT_MD, OPT_MF, OPT_MT, OPT_MJ,
    OPT_FREESTANDING, OPT_HOSTED, OPT_WARNING, OPT_NO_WARNINGS, OPT_WERROR,
    OPT_FRONT,
    OPT_COLOR, OPT_NO_COLOR, OPT_COLOR_IS, OPT_SANITIZE, OPT_NO_SANITIZE,
    OPT_XCLANG, OPT_SHARED, OPT_STATIC, OPT_RELOCATABLE, OPT_NO_LIBRARY,
    OPT_LINKER_WORD, OPT_LIBRARY, OPT_COVERAGE, OPT_PROFILE,
    OPT_MODULES, OPT_EMULATED_TLS,
    OPT_DIRECTIVES, OPT_PREPROCESSED
};

enum language {
    LANGUAGE_OBJECT,        /* for the linker: objects, archives, scripts */
    LANGUAGE_C,
    LANGUAGE_C_PREPROCESSED,
    LANGUAGE_ASSEMBLY,      /* needs no preprocessor */
    LANGUAGE_HEADER,        /* to be precompiled */
    LANGUAGE_OTHER          /* C++, assembly with directives, LLVM IR, … */
};

/* One option with its value, or one input; in the user's order. */
struct item {
    enum option_id id;
    bool is_input;
    unsigned steps;         /* options: set of enum step */
    const char *words[2];   /* as given; words[1] NULL: one word */
    const char *value;      /* options: in whichever word; or NULL */
    enum language language; /* inputs */
    const char *explicit_language; /* inputs: -x in force, NULL: none */
};
VEC_TYPE(item_vec, struct item);
VEC_TYPE(word_vec, const char *);

enum mode {
    MODE_PASS,              /* escc has no part in it */
    MODE_SYNTAX,            /* -fsyntax-only with a report asked for */
    MODE_ASSEMBLY,          /* -S */
    MODE_OBJECT,            /* -c */
    MODE_LINK
};

struct command {
    struct item_vec items;
    enum mode mode;
    unsigned input_count;   /* files and "-"; not -l */
    unsigned c_count;       /* of these, in C */
    bool has_library;       /* a -l */
    bool has_response_file; /* an @file was expanded */
    bool has_escc_option;   /* something that the back end must not see */
    bool inputs_may_look_like_options; /* "--" was given */
    bool version, help, print_link_flags, fingerprint, dry_run, verbose;
    bool asks_doctor;       /* --escc-doctor */
    const char *topic;      /* --escc-help, "": without one; or NULL */
    const char *output;     /* -o, or NULL */
    const char *dump_dir;   /* gcc's -dumpdir, or NULL */
    /* dependency files */
    bool depend;            /* -MD or -MMD in any form */
    bool depend_by_wp;      /* it came as -Wp,-MD,file */
    bool depend_has_file, depend_has_target;
    bool depend_has_wp_target;  /* -Wp,-MT,…: to gcc's driver a target, to
                                   clang's no word of its own */
    const char *compilation_database; /* -MJ, or NULL */
    /* diagnostics */
    bool warnings_may_fail; /* -Werror and the like */
    bool must_diagnose;     /* only the original text gives the warnings */
    bool warnings_off;      /* -w */
    bool warnings_asked;    /* a -W option that turns warnings on */
    bool warns_in_codegen;  /* of them, one that clang only sees there */
    enum {
        WARNINGS_AS_ASKED, WARNINGS_EXACT, WARNINGS_FRONT
    } warnings;             /* -fescc-warnings */
    int color;              /* -1 decide, 0 never, 1 always */
    /* code and link */
    bool shared, is_static, relocatable, no_library, freestanding;
    struct word_vec wrapped; /* symbols of the linker's --wrap */
    bool wrap_follows;      /* while reading: the next word is one */
    const char *sanitizer;  /* one that replaces the allocator, or NULL */
    bool precompiled_header; /* -include-pch: the text is not there */
    bool maps_coverage;     /* -fcoverage-mapping: of the text's own lines */
    bool uses_modules;      /* -fmodules: #include brings no text */
    bool emulates_tls;      /* -femulated-tls: the runtime's is not */
    /* The inputs are what gcc -E -fdirectives-only makes: all #include lines
     * and conditions are gone, macros are there and not expanded. */
    bool reads_directives;
    bool uses_profile;      /* -fprofile-use: files named after the output */
    enum {
        SAVE_NOTHING,
        SAVE_BY_DEFAULT,    /* clang: in the working folder; gcc: beside -o */
        SAVE_CWD, SAVE_BESIDE_OUTPUT
    } save_temps;
    /* escc's own */
    const char *compiler;   /* -fescc-cc, or NULL */
    struct word_vec rewriter_options;
    bool emit_source;
    const char *emit_file;  /* NULL: stdout, or -o */
    /* -fescc-free: the member of the runtime that a link asks for; NULL:
     * none is needed. */
    const char *free_member;
    bool plain_if_unsupported;
    bool report_world;      /* -report-world */
    bool checks_escapes;    /* -fescc-check-escapes */
    bool report_folder;     /* -fescc-report-dir */
};

/* Reads argv[1…]; `prefix` (ESCC_FLAGS, or NULL) is split like a response
 * file and read first.  Errors about escc's own options are printed; then
 * the result is false. */
bool command_parse(struct command *, int argc, char **argv,
                   const char *prefix);

/* Is debug information asked for?  (Or -gz alone: then there is none.) */
bool command_has_debug(const struct command *);

/* Does gcc warn where one case falls through to the next? */
bool command_warns_of_falls(const struct command *);

/* The words of an option or input, appended. */
void item_words(struct word_vec *, const struct item *);

/* Splits text as response files are: blanks separate, quotes and
 * backslashes keep.  The words are appended. */
void split_words(struct word_vec *, const char *text);

#endif
