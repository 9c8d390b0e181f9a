/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt.h - what rewritten code calls: the ABI between escc-rewrite and the
 * runtime.
 *
 * Users never include this file.  escc-rewrite emits the same declarations,
 * without the comments, as text in front of each rewritten unit (see
 * tool/rewrite/edit/emit.c); test/Lint/abi.test compares the two.  The ABI only
 * grows: no name changes its meaning, no field of struct __escc_tls moves.
 *
 * Every function here may be called from any thread, before main and after
 * exit handlers have run.  Unless it says otherwise a function may collect
 * and is not async-signal-safe (the runtime delays asynchronous user signal
 * handlers while a thread is inside it, so handlers may allocate).
 */
#ifndef ESCC_RT_H
#define ESCC_RT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a site says of its objects, in bits. */
enum {
    __ESCC_SCAN = 0,        /* read conservatively, every aligned word */
    __ESCC_NOSCAN = 1,      /* proven to hold no pointer: not read */
    __ESCC_ZERO = 2,        /* a moved local whose every byte is to be 0 */
    __ESCC_OWN = 4,         /* may be the calling function's own, which then
                               may hold addresses of its locals */
    __ESCC_REGISTERS = 8    /* a moved local with a jmp_buf in it, whose
                               registers may lead anywhere */
};

/* One allocation site; a static constant of the rewritten unit. */
struct __escc_site {
    const char *file;       /* as the line marker spells it */
    const char *function;   /* enclosing function, or "" */
    const char *what;       /* "malloc(n)", or the moved local's name */
    unsigned line;          /* 1-based */
    unsigned scan;          /* of the bits above */
};

/* The thread's state that rewritten code reads.  Initial-exec TLS, at most
 * 64 bytes so that it fits glibc's surplus when the runtime is dlopened. */
struct __escc_tls {
    /* Barriers are on: a set of bits that are the runtime's.  Written only by
     * this thread's handshake handler, or by the collector while the thread is
     * BLOCKED: hence volatile. */
    volatile unsigned char marking;
    /* Nesting depth of runtime code on this thread; while it is not 0 the
     * handshake handler only sets `pending`. */
    volatile unsigned char in_rt;
    volatile unsigned char pending;
    unsigned char reserved[4];
    /* Nesting depth of code that moves what may be pointers in pieces, or
     * stores them where only its end shades them; while it is not 0 handshakes
     * wait, within bounds. */
    volatile unsigned char torn;
    /* The destination of a bulk copy in progress, [hazard, hazard_end):
     * published before the copy, cleared after its words were shaded. */
    const void *volatile hazard;
    const void *volatile hazard_end;
    void *thread;           /* struct mthread, runtime only */
    void *mcache;           /* struct mcache, runtime only */
    /* What a barrier tells when a word is stored: words from shade_from on and
     * before shade_to.  Written as `marking` is.  While the heap is marked that
     * is all words (but one that is no address); while there are young blocks
     * (runtime/gc/mgcyoung.c) at least what leads to these; else none, both
     * being 0. */
    volatile unsigned long shade_from, shade_to;
};

extern __thread struct __escc_tls __escc_tls
    __attribute__((tls_model("initial-exec")));

/* ---- allocation: the C functions, collectable -------------------------
 * Results, alignment, errno as the C function of the same name.  `site`
 * outlives the object (static storage). */
void *__escc_malloc(size_t bytes, const struct __escc_site *site);
void *__escc_calloc(size_t count, size_t bytes,
                    const struct __escc_site *site);
void *__escc_realloc(void *old, size_t bytes, const struct __escc_site *site);
void *__escc_aligned_alloc(size_t alignment, size_t bytes,
                           const struct __escc_site *site);
void __escc_free(void *p);
/* The same of a block that nobody has the address of any more but the caller,
 * who forgets it: its memory may be reused at once, whatever ESCC_FREE says. */
void __escc_free_now(void *p);

/* Functions whose names ISO C leaves to programs.  `called` is what the name
 * stands for in the unit, or NULL: if that is not the C library's function,
 * it is called and does what it does. */
void *__escc_reallocarray_as(void *old, size_t count, size_t bytes,
                             const struct __escc_site *site,
                             void (*called)(void));
void *__escc_memalign_as(size_t alignment, size_t bytes,
                         const struct __escc_site *site,
                         void (*called)(void));
void *__escc_valloc_as(size_t bytes, const struct __escc_site *site,
                       void (*called)(void));
void *__escc_pvalloc_as(size_t bytes, const struct __escc_site *site,
                        void (*called)(void));
/* Shades *out. */
int __escc_posix_memalign_as(void **out, size_t alignment, size_t bytes,
                             const struct __escc_site *site,
                             void (*called)(void));
char *__escc_strdup_as(const char *text, const struct __escc_site *site,
                       void (*called)(void));
char *__escc_strndup_as(const char *text, size_t bytes,
                        const struct __escc_site *site,
                        void (*called)(void));
/* The same into `room`, if the text and its end fit in `most` bytes. */
char *__escc_strdup_in(const char *text, void *room, size_t most,
                       const struct __escc_site *site, void (*called)(void));
char *__escc_strndup_in(const char *text, size_t bytes, void *room,
                        size_t most, const struct __escc_site *site,
                        void (*called)(void));
/* Shades *out. */
int __escc_vasprintf_as(char **out, const char *format,
                        __builtin_va_list arguments,
                        const struct __escc_site *site,
                        void (*called)(void));
/* What to call for asprintf: `called`, or a function that does as the
 * library's and shades *out; its object is scanned unless `noscan`. */
int (*__escc_asprintf_for(void (*called)(void), int noscan))(
    char **out, const char *format, ...);

/* A moved local or parameter, never NULL.  Zeroed if the site says __ESCC_ZERO;
 * else its bytes are any, as those of a local are.  Out of memory is fatal
 * here, after a forced collection (docs/limits.md, "moved locals"). `alignment`
 * 0 means what malloc gives: 16, or 8 up to 8 bytes.  `room` is what the local
 * has in its own frame, of that size and alignment, or NULL. Where nothing is
 * collected it is returned; that is async-signal-safe. */
void *__escc_new(size_t bytes, size_t alignment,
                 const struct __escc_site *site, void *room);
/* How much of `bytes` bytes of room will be used: all or none of it. */
size_t __escc_room(size_t bytes);

/* ---- barriers ---------------------------------------------------------
 * Called only after reading __escc_tls.marking as not 0, or for a word between
 * shade_from and shade_to; each re-reads the flag with in_rt set, so a late
 * call does nothing. */

/* Takes from the stack, and pops, what was pushed there: first the stored word,
 * then a word that means nothing, then the address where it was stored.  Of a
 * slot in the caller's frame that may be wrong by what was pushed, of a
 * thread-local one by the beginning of the thread's block.  Otherwise as the
 * next one. */
void __escc_shade_stored(void);

/* Takes the stored word from the stack, where it was pushed, and pops it;
 * keeps every register but the flags.  Callable with any stack alignment, the
 * caller has stepped over its red zone.  (An asm stub: only inline asm calls
 * it.) */
void __escc_shade_pushed(void);
/* The same as a C function. */
void __escc_shade(const void *word);
/* Shades every aligned word in [from, from + bytes). */
void __escc_shade_range(const void *from, size_t bytes);
/* Shades every word of which a byte is in [from, from + bytes), at all
 * addresses where the collector reads words. */
void __escc_shade_pieces(const void *from, size_t bytes);
/* The same where the bytes are what was stored, not a copy of it. */
void __escc_shade_slots(const void *from, size_t bytes);

/* Bulk copies: publish the destination, copy, shade it if marking, clear.
 * Results as the C functions. */
void *__escc_memcpy(void *to, const void *from, size_t bytes);
void *__escc_memmove(void *to, const void *from, size_t bytes);
void *__escc_mempcpy(void *to, const void *from, size_t bytes);
void __escc_bcopy(const void *from, void *to, size_t bytes);

/* ---- pieces -------------------------------------------------------------
 * Code that exchanges memory in pieces smaller than a word has whole words
 * neither in memory nor in registers meanwhile; nor are whole words seen that
 * a loop, an asm statement or setjmp stores and code behind it shades.  Such
 * code stands between an
 * increment and a decrement of __escc_tls.torn; who counts down to 0 and finds
 * `pending` set calls this.  It may stop for a collection. */
void __escc_whole(void);

/* ---- text -------------------------------------------------------------
 * The pointer is about to be written as text that may be read back (%p):
 * its object, if it is a collectable one, lives until it is freed.  Returns
 * the argument.  Keeps errno; may collect. */
void *__escc_printed(const void *pointer);
/* The same if the process can read what it writes to the stream (NULL: stdout)
 * or descriptor. */
void *__escc_printed_on(void *stream, const void *pointer);
void *__escc_printed_fd(int fd, const void *pointer);

/* The pointer was moved to `now`: if that is not in its object, and this is a
 * collectable one, the object lives until it is freed.  Keeps errno; may
 * collect. */
void __escc_displaced(const void *pointer, const void *now);

/* ---- links --------------------------------------------------------------
 * Every table of sites names this, so that a link without the runtime, by
 * another program than escc, says in the linker's own words what to do.  The
 * number in it is that of runtime/wrap/rt_start.c: a link, or a start, with a
 * runtime of another one ends in the same way. */
extern const char
    __escc_runtime_abi_1_missing__link_with_escc_or_escc_print_link_flags[];

/* ---- symbols ------------------------------------------------------------
 * dlsym gave the address `found` for the name: if that is a function of the C
 * library that stores pointers where no barrier is, the process is none in
 * which all stores have barriers.  Keeps errno; may take the linker's lock. */
void __escc_found_symbol(const char *name, void *found);

/* dlopen returned this.  Decides again where locals live; keeps errno; may take
 * the linker's lock. */
void __escc_opened(const void *library);
/* Returns the runtime's function of that name if `found` is what it replaces,
 * else `found`.  Keeps errno; may take the linker's lock, and allocate. */
void *__escc_replaced_symbol(const char *name, void *found);

/* ---- units ------------------------------------------------------------
 * A unit that uses a type with a pointer at an address that is not a
 * multiple of 8 says so from a constructor; the smallest stride that any
 * unit named holds for every conservative scan.  stride: 1, 2 or 4. */
void __escc_unit_stride(unsigned stride);
/* A unit that stores addresses in bit-fields beside other bits says at which
 * bits of a word they begin: bit N of `shifts` for bit N.  Every conservative
 * scan then reads each word from there, too. */
void __escc_unit_fields(unsigned shifts);

/* ---- the escape checker -------------------------------------------------
 * With -fescc-check-escapes each block that has locals which stay in its frame
 * has a record of them, and calls __escc_check_frame when it is left. */

/* A local.  `at` is NULL until its declaration was passed; an address in the
 * heap is no matter. */
struct __escc_left {
    const void *at;
    unsigned long bytes;
    const struct __escc_site *site;     /* its name and place */
};

/* How often a block of the program is left until it is looked at again; how
 * often it was left between the last two times. */
struct __escc_exits {
    unsigned until, gap;
};

/* The record; `count` locals follow. */
struct __escc_frame {
    struct __escc_frame *outer; /* of the thread, made before this one; may be
                                   gone after a longjmp */
    struct __escc_exits *exits;
    const struct __escc_frame *self;    /* while the block has not been left */
    unsigned long count;
    unsigned long lasting;      /* the first so many live as long as this */
};

extern __thread struct __escc_frame *__escc_frames
    __attribute__((tls_model("initial-exec")));

/* A unit that was compiled so says from a constructor how rarely a block is
 * looked at, at most; the least of all units holds.  `here` is an address in
 * its static memory. */
void __escc_check_escapes(unsigned every, const void *here);
/* The block is being left: nothing outside of the function's frame, which lies
 * below `top`, may refer to the locals.  Keeps errno. */
void __escc_check_frame(struct __escc_frame *frame, const void *top);

#ifdef __cplusplus
}
#endif
#endif /* ESCC_RT_H */
