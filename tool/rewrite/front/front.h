/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* front.h - what the files that talk to libclang share.
 *
 * Only the front end includes this header: parse.c, places.c, shim.c, types.c,
 * gcc_text.c, unused.c and those tree_*.c that make the tree.  tree.h and
 * types.h, which everybody else includes, show nothing of libclang.
 * One `struct front` exists per process: it is the state of the conversion
 * from libclang's cursors to struct node, and dead once unit_parse returned.
 */
#ifndef ESCC_REWRITE_FRONT_H
#define ESCC_REWRITE_FRONT_H

#include "tree.h"
#include "util/map.h"
#include "util/strbuf.h"
#include "util/vec.h"

#include <clang-c/Index.h>

#ifdef NDEBUG
enum { DEBUG_BUILD = 0 };
#else
enum { DEBUG_BUILD = 1 };
#endif

/* A hash map from cursors (by clang_equalCursors) to pointers. */
struct cursor_map {
    struct cursor_slot *slots;
    size_t count, capacity;
};
void *cursor_map_get(const struct cursor_map *, CXCursor key);
/* `value` must not be NULL; a key is put once. */
void cursor_map_put(struct cursor_map *, CXCursor key, void *value);

VEC_TYPE(cursor_vec, CXCursor);
VEC_TYPE(node_vec, struct node *);
VEC_TYPE(offset_vec, uint32_t);
VEC_TYPE(symbol_vec, struct symbol *);

/* What clang takes and the rewriter does not. */
struct unsupported { uint32_t offset; const char *what; };

/* Where a cursor begins and ends in the text; all 0 if elsewhere. */
struct extent { uint32_t begin, end; bool macro; };

/* What only the reading of the tree needs of an OpenMP directive. */
struct directive {
    bool atomic, reads;             /* `atomic`, and that with `read` */
    bool copies;                    /* it may copy locals that it does not
                                       name, as tasks do */
};

struct front {
    struct unit *unit;
    CXTranslationUnit clang;
    CXFile file;                    /* the .i file */
    const char *text;               /* unit->text, NUL-terminated */
    uint32_t bytes;
    bool has_shim;                  /* shim macros may be in the tree */
    bool direct_offsets;            /* [inv.build.direct] */
    unsigned first_byte;            /* clang's number for offset 0 */
    CXCursor measured;              /* the last one asked for, and its */
    struct extent measured_extent;

    bool promises_looked_for, has_promises;     /* tree_marks.c */
    struct map types;               /* CXType.data[0] -> struct type */
    struct type *void_type;         /* NULL until somebody asks */
    struct cursor_map fields;       /* FieldDecl -> struct field */
    struct cursor_map symbols;      /* canonical decl -> struct symbol */
    struct map labels;              /* offset of the name + 1 -> symbol */
    struct symbol_vec all_symbols;

    struct cursor_vec cursors;      /* stack: children being converted */
    struct node_vec nodes;          /* stack: kids being collected */

    struct map pragma_names;        /* words of OpenMP directives */
    struct map given_names;         /* of those [inv.openmp.calls] */
    VEC_TYPE(directive_vec, struct directive) directives;   /* as in
                                       unit->openmp */
    VEC_TYPE(openmp_vec, struct openmp) found;
    bool has_variants;              /* [inv.openmp.variants] */
    struct map type_names;          /* typedefs at file scope */
    struct map attribute_names;     /* what attributes name: functions that
                                       clean up, what has another name */
    struct cursor_map parts_of;     /* tags that tree_collect_parts has seen */

    struct symbol *function;        /* being converted, or NULL */
    struct node *block;             /* innermost N_BLOCK or N_FOR */
    unsigned flags;                 /* NODE_SYSTEM, NODE_UNEVALUATED: given
                                       to every node made */
    const uint32_t *errors;         /* offsets of tolerated errors, sorted */
    size_t error_count;
    bool broken;                    /* clang could not make sense of an
                                       expression since this was cleared */
    uint32_t broken_at;             /* the first one */
    VEC_TYPE(unsupported_vec, struct unsupported) unsupported;
    struct offset_vec user_errors;  /* broken_at's in the user's code */
};

/* -- parse_warnings.c: what the user need not see -- */

/* Whether this warning, the first of a kind or not, is one that the back end
 * does not have for the original.  `originals` keeps the files read (initially
 * empty). */
bool warnings_is_only_ours(struct front *, CXDiagnostic,
                           struct map *originals);

/* -- places.c: line markers -- */

/* Reads all line markers of the text; before anything below is called. */
void places_read(struct unit *);
/* Whether the text at this offset comes from a system header. */
bool place_is_system(const struct unit *, uint32_t offset);
/* Whether it comes from another file than the one that the text begins with. */
bool place_is_header(const struct unit *, uint32_t offset);
/* Whether it comes from a header of the C library. */
bool place_is_library(const struct unit *, uint32_t offset);

/* -- tree_library.c: whether the C library has a header of that name. -- */
bool library_has_header(const char *name);

/* -- tree_text.c: what only the text tells.  All take and return offsets.
 *    Blanks, comments and line markers count as space. -- */

/* Gives brackets that are written as digraphs their usual form, in place: a
 * blank fills up, on the inner side.  `text` ends with a NUL. */
void text_replace_digraphs(char *text, size_t bytes);
/* The first byte at or after `at` that is no space. */
uint32_t text_skip_space(const struct front *, uint32_t at);
/* One past the token that begins at `at` (a literal, an identifier or
 * number, else one byte). */
uint32_t text_token_end(const struct front *, uint32_t at);
/* One past the bracket that closes the one at `at`; the end of the text if
 * there is none. */
uint32_t text_close(const struct front *, uint32_t at);
/* Scans forward to the first byte out of `stops` outside all brackets;
 * closing brackets that were not opened are passed unless in `stops`. */
uint32_t text_find(const struct front *, uint32_t at, const char *stops);
/* Whether the identifier `word` begins at `at`, and ends after it. */
bool text_is_word(const struct front *, uint32_t at, const char *word);
/* The identifier at `at`, copied; "" if there is none. */
char *text_word(const struct front *, uint32_t at);
/* Whether an identifier (or keyword) begins at `at`. */
bool text_begins_word(const struct front *, uint32_t at);
/* Whether the word from `at` to `end` is the u8 of a literal u8"…". */
bool text_is_prefix(const struct front *, uint32_t at, uint32_t end);
/* Adds the identifier at `at` in UTF-8, as libclang spells it. */
void text_add_spelling(const struct front *, uint32_t at, struct strbuf *);
/* The bracket depth at `to` when it is 0 at `from`. */
int text_depth(const struct front *, uint32_t from, uint32_t to);
/* The `for` parts that are written: bit 0 init, 1 condition, 2 step. */
unsigned text_for_parts(const struct front *, uint32_t for_begin,
                        uint32_t body_begin);

/* The operands' constraints and the qualifiers of an asm statement. */
struct asm_operands *text_asm_operands(const struct front *, uint32_t begin,
                                       uint32_t end, int operand_count);

/* -- tree_openmp.c -- */

/* Finds OpenMP's directives (f->unit->openmp, f->directives) and their words
 * (f->pragma_names). */
void text_read_directives(struct front *);

/* -- types.c -- */

/* The interned type. */
struct type *type_intern(struct front *, CXType);
struct type *type_pointer_to(struct front *, struct type *);
/* A parameter of array or function type is a pointer. */
struct type *type_decay(struct front *, struct type *);
struct type *type_void(struct front *);
/* The field of a FieldDecl cursor, or NULL. */
const struct field *field_of(struct front *, CXCursor field);
/* Where `field` is in `record`, through anonymous members; -1: nowhere. */
int64_t field_offset_in(const struct record *record,
                        const struct field *field);

/* -- tree_build.c: nodes -- */

struct extent extent_of(struct front *, CXCursor);
/* 0 if the location is not in the file. */
uint32_t offset_of(struct front *, CXSourceLocation);
/* Prepares both; once `clang`, `file` and the text are known. */
void front_read_offsets(struct front *);

struct node *node_new(struct front *, enum node_kind, uint32_t begin,
                      uint32_t end);
/* A node with the extent of the cursor. */
struct node *node_at(struct front *, enum node_kind, struct extent);
/* An implicit node around `kid`, with its extent. */
struct node *node_wrap(struct front *, enum node_kind, struct node *kid,
                       struct type *);
/* Gives the node its kids and sets their parent; NULL kids are allowed. */
void node_set_kids(struct node *, struct node *const *kids, int count);
void node_set_type_parts(struct node *, struct node *const *parts, int count);
/* The same with what was pushed on f->nodes since its count was `base`. */
void node_take_kids(struct front *, struct node *, size_t base);
void node_take_type_parts(struct front *, struct node *, size_t base);

/* The direct children of a cursor are pushed on f->cursors; returns the
 * index of the first.  front_pop drops them. */
size_t front_children(struct front *, CXCursor parent);
void front_pop(struct front *, size_t first);
/* Says that escc cannot rewrite what stands at `offset`. */
void front_refuse(struct front *, uint32_t offset, const char *what);

/* -- tree_attribute.c -- */
/* From the declaration at the cursor; what others said stays. */
void tree_read_attributes(struct front *, struct symbol *, CXCursor);

/* -- tree_marks.c -- */
/* Of a local or a parameter, whose declarator is known. */
void tree_read_marks(const struct front *, struct symbol *);
/* What the declaration of a function at the cursor says of its parameters. */
void tree_read_promises(struct front *, struct symbol *, CXCursor);

/* -- tree_decl.c -- */
void tree_convert_unit(struct front *);
/* A DeclStmt, or the declarations at `first` of f->cursors. */
struct node *tree_declaration(struct front *, size_t first, size_t last,
                              struct extent);
struct symbol *symbol_of(struct front *, CXCursor declaration);
struct symbol *label_symbol(struct front *, uint32_t offset);
struct symbol *symbol_new(struct front *, enum symbol_kind, const char *name,
                          struct type *);

/* -- tree_stmt.c -- */
/* A statement, also an expression in the place of one. */
struct node *tree_statement(struct front *, CXCursor);

/* -- tree_expr.c -- */
struct node *tree_expression(struct front *, CXCursor);
/* The same with NODE_UNEVALUATED on everything. */
struct node *tree_unevaluated(struct front *, CXCursor);
/* Adds the load or decay that an lvalue in the place of a value needs. */
struct node *tree_value(struct front *, struct node *);
/* All expressions somewhere below a declaration (bounds, bit widths,
 * enumerators), as unevaluated nodes pushed on f->nodes; those of a tag only
 * when it comes first [inv.tree.once]. */
void tree_collect_parts(struct front *, CXCursor declaration);

/* -- tree_init.c -- */
/* The InitListExpr `list` that initialises an object of `type`. */
struct node *tree_init_list(struct front *, CXCursor list, struct type *);

/* -- tree_constant.c -- */
/* Sets value and NODE_CONSTANT, NODE_NULL_POINTER from the kids. */
void constant_fold(struct front *, struct node *);
/* Asks libclang; for what folding cannot know. */
void constant_evaluate(struct node *, CXCursor);
void constant_literal(struct front *, struct node *, CXCursor);

/* -- tree_uses.c -- */
/* use_count, address_taken and the like, once the tree stands. */
void tree_count_uses(struct unit *);
/* Finds the locals that OpenMP directives share between threads. */
void tree_find_shared(struct front *);

/* -- tree_account.c -- */
/* Finds what the text names and the tree does not show; after
 * tree_count_uses.  Adds N_REF nodes, sets symbol->unfollowed.  With
 * `everything` all functions are read, whether or not one of their locals
 * could move, and the result is how many names the scan and the tree disagree
 * about (printed to stderr).  `names` (or NULL): others to read about. */
int tree_account(struct front *, bool everything, const char *const *names);

/* -- shim.c -- */
/* The header that makes gcc's preprocessed text acceptable to clang. */
extern const char shim_gcc[];
/* -- gcc_text.c -- */
/* The text with blanks for what libclang must not see; NULL: it may see all. */
char *gcc_text_for_clang(const struct unit *);
/* The shim, with what this text needs besides; after places_read. */
const char *gcc_text_shim(const struct front *);
/* In front of functions that the shim renamed. */
#define SHIM_RENAMED "__escc_renamed_"
/* -- unused.c -- */
/* That text (NULL: the unit's own), with blanks for what headers declare and
 * the unit never names [inv.unused]; `users_headers`: not only the system's. */
char *unused_blank(const struct unit *, char *copy, bool users_headers);

char *front_string(CXString);       /* copied to the arena, disposed */

#endif
