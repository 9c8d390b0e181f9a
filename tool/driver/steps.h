/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* steps.h - the exact words of each run of the back end and the rewriter.
 *
 * Pure: words in, words out; nothing is run here and no file is touched, so
 * that -### can print what would happen.
 */
#ifndef ESCC_STEPS_H
#define ESCC_STEPS_H

#include "cmdline.h"
#include "link.h"

#include <sys/types.h>

enum backend_kind { BACKEND_CLANG, BACKEND_GCC };

struct backend {
    const char *program;    /* what is executed */
    const char *name;       /* what it sees as argv[0] */
    enum backend_kind kind;
    const char *cxx;        /* escc++: the program for all but C; else NULL */
    bool is_chosen;         /* by ESCC_CC, -fescc-cc or escc's own name */
};

enum source_state {
    SOURCE_WAITING,
    SOURCE_REWRITTEN,       /* text holds what is compiled */
    SOURCE_PLAIN,           /* the original is compiled as it is */
    SOURCE_UNTOUCHED,       /* the same, since there is nothing to rewrite */
    SOURCE_FAILED
};

/* One input in C on its way. */
struct source {
    const struct item *item;
    enum source_state state;
    const char *preprocessed; /* the rewriter's input */
    const char *text;       /* the rewriter's output; its base is such that
                             * names which the back end derives come out
                             * right: the input's, for clang with .i */
    const char *errors;     /* libclang's error texts */
    const char *noise;      /* stderr of the preprocessing step */
    const char *object;     /* when compiled on its own before a link */
    const char *input_file; /* what stands for stdin, or NULL */
    const char *const *environment; /* more of it for the preprocessing run,
                             * "NAME=value", NULL at the end; NULL: none */
    int status;             /* exit status, if failed */
    bool compiled_anyway;   /* code was made before that was known */
    bool may_be_silent;     /* its text is compiled with the user's warnings */
    bool may_be_untouched;  /* untouched.h */
    int seems;              /* to be so: 1, or -1: not; 0: not asked */
    pid_t preprocessor;     /* while it runs; 0: not started, -1: failed */
    pid_t rewriter;         /* the same */
    const char *forked;     /* the file that will hold the number of a rewriter
                             * forked off the preprocessing run; or NULL */
    const char *forked_noise; /* its stderr */
    int orders;             /* a pipe for its words */
    int gate;               /* a byte here lets the rewriter begin; 0: none */
};

/* What every source of a command shares. */
struct compilation {
    const struct command *command;
    const struct backend *backend;
    const struct installation *where;
    char *const *argv;          /* the user's, for a reproducer */
    const char *folder;         /* for temporary files */
    bool stderr_is_terminal;
};

/* Is the source's text what the preprocessor would make of it? */
bool source_is_preprocessed(const struct source *);
/* The input as a word for the back end ("./-x.c" for a file named -x.c). */
const char *input_word(const struct command *, const struct item *);
/* What the compiled source is called in its folder: "a.o", "a.s". */
const char *source_output(const struct command *, const struct source *);

/* CC -E with the user's options; dependency files get the names that the
 * whole compilation would have given them. */
void step_preprocess(struct word_vec *, const struct command *,
                     const struct backend *, const struct source *,
                     bool stderr_is_terminal);
/* clang -E once more, to the file `output`, with macros expanded in pragmas
 * too.  Says nothing, and writes nothing else. */
void step_expand(struct word_vec *, const struct command *,
                 const struct backend *, const struct source *,
                 const char *output);
/* CC on the original for its messages: -fsyntax-only, or with a compilation
 * to an assembly file that nobody reads. */
void step_diagnose(struct word_vec *, const struct command *,
                   const struct backend *, const struct source *,
                   bool compiles);
/* escc-rewrite; `waits` until it is told to start. */
void step_rewrite(struct word_vec *, const struct command *,
                  const struct backend *, const struct installation *,
                  const struct source *, bool waits);
/* What clang's -save-temps keeps as .bc of a source, but does not make of
 * preprocessed text: the code before it is optimized.  False: it is the
 * output. */
bool step_bitcode(struct word_vec *, const struct command *,
                  const struct backend *, const struct source *,
                  const char *output);

/* The rewritten source alone, to source->object. */
void step_object(struct word_vec *, const struct command *,
                 const struct backend *, const struct source *);
/* How the last run of the back end takes the sources. */
enum finish {
    FINISH_TEXTS,           /* as text, beside the other inputs */
    FINISH_ONLY_TEXTS,      /* as text, without the other inputs */
    FINISH_OBJECTS          /* as objects, beside the other inputs */
};

/* The user's command with the input of each rewritten source replaced; failed
 * sources are left out.  Text must not see preprocessor options, so they are
 * there for FINISH_OBJECTS alone.  The runtime is added if the command links
 * and needs it. */
void step_finish(struct word_vec *, const struct command *,
                 const struct backend *, const struct installation *,
                 const struct source *, size_t sources, enum finish);
/* All the user's words but escc's own and but the sources that are not
 * SOURCE_PLAIN: what the back end does alone. */
void step_plain(struct word_vec *, const struct command *,
                const struct backend *, const struct source *,
                size_t sources);

/* The user's command with the original of its only source in C. */
void step_original(struct word_vec *, const struct command *,
                   const struct backend *, const struct installation *);

#endif
