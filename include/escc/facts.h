/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* facts.h - what a rewritten unit says of its functions, so that the program
 * can decide when it is loaded where locals live: the format between
 * escc-rewrite, which writes it, and the runtime, which solves it.
 *
 * Users never include this file.  A unit with facts has two objects, as C
 * data in its text:
 *
 *     static const struct {
 *         unsigned words[WORDS];
 *         char text[TEXT_BYTES];
 *     } __escc_facts = {{...}, "..."};
 *
 *     static struct {
 *         const void *facts;
 *         volatile unsigned char at_load[LOCALS];
 *     } __escc_decided
 *         __attribute__((used, retain, section("escc_decided"), aligned(8)))
 *         = {&__escc_facts, {1, 1, ...}};
 *
 * at_load[i] is the decision byte of local i: 0 says that the local lives in
 * its frame, any other value, as 1 to begin with, on the heap.  The runtime
 * writes to it while other threads may read; hence volatile, which also keeps a
 * compiler from folding what the unit never writes.  A unit without such locals
 * has no at_load, but the pointer.  In the section of a loaded object one entry
 * follows the other, each ESCC_DECIDED_BYTES long; words that are 0 in front
 * of an entry are padding.
 *
 * The first ESCC_FACTS_HEAD words mean the same in every version, so that one
 * can be stepped over that is not known.  Its unit counts as one without
 * facts.
 *
 * The words: a head, then arrays of rows, in the order of enum
 * escc_facts_word's counts, without gaps.  Indices count rows of an array,
 * from 0; offsets count bytes of the text, in which every string ends with 0
 * and offset 0 is the empty string.  The text is only for people.
 *
 * An *atom* K(g, j, l) says that function g lets its parameter j escape at
 * level l (enum escc_level): l = 0, the argument itself may be kept when the
 * call is over, or be stored in what another argument leads to; l = 1 and 2,
 * so may what is reachable from the argument by so many dereferences or more.
 * The other levels say that the result, which is a pointer, may be the
 * argument or something reachable from it.  A *node* is a condition: it is
 * true if one of its edges is, or, of some, if all of them are; an edge is a
 * node, or a *reference* to an atom of a function that the unit does not
 * define.  What is not derived is false: the least solution holds.  So a cycle
 * of nodes alone is false.
 *
 * A *slot* is a place for pointers to functions: a member of a structure, of
 * all objects together; a parameter of a function; the arguments of calls
 * through a slot.  A row of slots says that some function may be in it.  What
 * a slot has in the program is what all units' rows say, and an atom of it is
 * true if that of one of these functions is.  A slot is known by a hash, as a
 * function by its name; the text that is hashed has a `:`, which no name has.
 *
 * A reference to a parameter that its function does not have is to the last
 * one if the function is variadic and has one; else, as in whatever else is
 * not known, the atom is true.
 */
#ifndef ESCC_FACTS_H
#define ESCC_FACTS_H

#include <stddef.h>
#include <stdint.h>

#define ESCC_FACTS_MAGIC 0x66637365u    /* "escf" */
#define ESCC_FACTS_VERSION 4u
/* The section of the entries; __start_ and __stop_ of it are the linker's. */
#define ESCC_DECIDED_SECTION "escc_decided"
/* Of an entry with so many decision bytes. */
#define ESCC_DECIDED_BYTES(locals) \
    (sizeof(void *) + ((size_t)(locals) + 7) / 8 * 8)

/* The words of the head. */
enum escc_facts_word {
    ESCC_FACTS_W_MAGIC,
    ESCC_FACTS_W_VERSION,
    ESCC_FACTS_W_LOCALS,        /* decision bytes, and rows of locals */
    ESCC_FACTS_HEAD,            /* the same in every version */
    ESCC_FACTS_W_WORDS = ESCC_FACTS_HEAD, /* all words, with the head */
    ESCC_FACTS_W_TEXT,          /* bytes of the text, at least 1 */
    ESCC_FACTS_W_UNIT,          /* offset: the unit's main source file */
    ESCC_FACTS_W_NAMES,         /* rows of each array, in their order */
    ESCC_FACTS_W_DEFS,
    ESCC_FACTS_W_STATES,
    ESCC_FACTS_W_REFS,
    ESCC_FACTS_W_NODES,         /* rows of firsts: one more than this */
    ESCC_FACTS_W_EDGES,
    ESCC_FACTS_W_SLOTS,
    ESCC_FACTS_W_RESERVED,      /* 0 */
    ESCC_FACTS_HEAD_WORDS
};

/* The arrays: their rows, in words, and the meaning of these. */

/* names: functions that the unit defines or refers to, each once, by what the
 * assembler calls them, and slots: the low half of escc_facts_hash, the high
 * half, the offset of the name. */
enum { ESCC_NAME_LOW, ESCC_NAME_HIGH, ESCC_NAME_TEXT, ESCC_NAME_WORDS };

/* defs: a function with external linkage that the unit defines, and no other
 * unit may define instead (not weak, no alias, no ifunc, no inline definition
 * of C99): its name, its first state, its parameters, flags.  Parameter j has
 * the states first + ESCC_LEVELS * j + level.  No name has two rows.  Or, with
 * the flag ESCC_DEF_UNNAMED, one that only rows of slots refer to: a static
 * function, or the C library's. */
enum { ESCC_DEF_NAME, ESCC_DEF_FIRST, ESCC_DEF_PARAMETERS, ESCC_DEF_FLAGS,
       ESCC_DEF_WORDS };
enum { ESCC_DEF_VARIADIC = 1, ESCC_DEF_UNNAMED = 2 };

/* states: an atom of a function of this unit: never true, always true, or as
 * the node (state - ESCC_STATE_NODE) says. */
enum { ESCC_STATE_NEVER, ESCC_STATE_ALWAYS, ESCC_STATE_NODE,
       ESCC_STATE_WORDS = 1 };

enum escc_level {
    ESCC_KEPT, ESCC_KEPT_BEHIND, ESCC_KEPT_FAR_BEHIND,
    ESCC_RETURNED, ESCC_RETURNED_BEHIND,
    ESCC_LEVELS
};

/* refs: an atom of another unit's function: name, parameter, level.  Or of a
 * slot: ESCC_REF_SLOT is added to the level. */
enum { ESCC_REF_NAME, ESCC_REF_PARAMETER, ESCC_REF_LEVEL, ESCC_REF_WORDS };
#define ESCC_REF_SLOT 0x80000000u

/* firsts: node n has the edges from firsts[n] to firsts[n + 1], without the
 * latter; firsts[0] is 0, the last one the number of edges.  Beside its first
 * edge a node has ESCC_FIRST_ALL if it is true only if all its edges are, of
 * which it has some. */
enum { ESCC_FIRST_WORDS = 1 };
#define ESCC_FIRST_ALL 0x80000000u

/* edges: a node, or ESCC_EDGE_REF and a reference. */
enum { ESCC_EDGE_WORDS = 1 };
#define ESCC_EDGE_REF 0x80000000u

/* (locals stand here, as many as the head's third word says)
 * locals: the node of decision byte i (true: heap); for people offsets of the
 * local's name, its function's name, its file's, and the line. */
enum { ESCC_LOCAL_NODE, ESCC_LOCAL_TEXT, ESCC_LOCAL_FUNCTION,
       ESCC_LOCAL_FILE, ESCC_LOCAL_LINE, ESCC_LOCAL_WORDS };

/* slots: what a slot may hold: the slot's name, the kind of source, and its
 * row: of names for a function that the name is bound to and for all that
 * another slot holds, of defs, or 0 for any function at all. */
enum { ESCC_SLOT_NAME, ESCC_SLOT_KIND, ESCC_SLOT_SOURCE, ESCC_SLOT_WORDS };
enum escc_slot_kind { ESCC_SLOT_ANY, ESCC_SLOT_FUNCTION, ESCC_SLOT_DEF,
                      ESCC_SLOT_SLOT, ESCC_SLOT_KINDS };

/* FNV-1a, 64 bits, of a name's characters. */
static __inline__ uint64_t escc_facts_hash(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
    return hash;
}

#endif /* ESCC_FACTS_H */
