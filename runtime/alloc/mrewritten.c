/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mrewritten.c - allocation as rewritten code calls it.
 *
 * Owns the allocation functions of <escc/rt.h>.  Each does what the C
 * function of its name does, with three differences: the result is
 * collectable; it is scanned or not as its site says; and it is padded
 * ([inv.pad] in malloc.c).
 *
 * Where the process's malloc is another one, memory comes from there
 * (mguest.c), and moved locals are where C has them, in their frames.  Where
 * the function that the unit calls by the name is the program's own, that one
 * is called (mlibrary.c).
 *
 * Out-parameters (posix_memalign, asprintf) are stored like any pointer of
 * rewritten code: store first, then shade what was stored if the collector
 * is marking.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_export.h"
#include "base/rt_fatal.h"
#include "gc/mgcyoung.h"
#include "gc/mverify.h"
#include "gc/mverify_sites.h"
#include "heap/mheap.h"
#include "maligned.h"
#include "mcaller.h"
#include "mfree.h"
#include "mguest.h"
#include "mlibrary.h"
#include "rt_malloc.h"
#include "thread/mthread.h"

#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline unsigned kind_of(const struct __escc_site *site)
{
    return site->scan & __ESCC_NOSCAN ? SPAN_NOSCAN : SPAN_SCAN;
}

/* [inv.pad] in malloc.c. */
enum { PAD_BYTES = 1 };

/* Of an object, if it is the heap's. */
static size_t usable(const void *object)
{
    const struct mspan *span = mheap_span_of((uintptr_t)object);
    return span ? malloc_usable(span, (uintptr_t)object) : 0;
}

/* What an object has more than before (mverify_sites.h). */
static void clear_beyond(char *object, size_t before)
{
    size_t now = usable(object);
    if (now > before)
        memset(object + before, 0, now - before);
}

/* What the modes of ESCC_DEBUG=verify need; in the runtime. */
static inline void record(void *object, const struct __escc_site *site)
{
    if (__builtin_expect(mverify_sites, 0) && object) {
        clear_beyond(object, 0);
        mverify_record_site((uintptr_t)object, site);
    }
}

static void *out_of_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

/* Blocks above that are too large for the window of young ones. */
enum { MOST_YOUNG_BYTES = 4 << 20 };

/* Moved locals are born young, of whatever size. */
static inline unsigned local_kind(size_t bytes)
{
    return bytes <= MOST_YOUNG_BYTES ? rt_load_relaxed(&mgcyoung_kind) : 0;
}

/* An object as the site wants it; NULL with errno set. */
static __attribute__((noinline)) void *
allocate_long(size_t bytes, const struct __escc_site *site,
              enum malloc_zero zero)
{
    if (__builtin_expect(bytes > PTRDIFF_MAX, 0))
        return out_of_memory();
    if (mguest_is_on())
        return zero == MALLOC_ZEROED ? mguest_calloc(1, bytes)
                                     : mguest_malloc(bytes);
    unsigned kind = kind_of(site);
    size_t slot = malloc_slot_bytes(bytes + PAD_BYTES);
    if (rt_options.young && bytes <= MOST_YOUNG_BYTES)
        kind |= mgcyoung_kind_of(slot, site);
    rt_enter();
    void *object = malloc_object(bytes + PAD_BYTES, kind, zero);
    if (kind & SPAN_YOUNG)
        mgcyoung_note_site(object, slot, site);
    record(object, site);
    rt_leave();
    return __builtin_expect(object != NULL, 1) ? object : out_of_memory();
}

/* Two ends of the short way.  A compiler that knows what they return would not
 * have the call be the last thing that is done. */
static __attribute__((noinline)) void *stop_with(void *object)
{
    rt_leave_slow();
    __asm__("" : "+r"(object));
    return object;
}

static __attribute__((noinline)) void *zero_with(void *object, size_t bytes)
{
    memset(object, 0, bytes);
    __asm__("" : "+r"(object));
    return rt_leave_short() ? stop_with(object) : object;
}

/* The same where programs come most: a slot of the word that the thread takes
 * slots from, and nothing is unusual; else `long_way`.  All calls are the last
 * thing that is done, so nothing is saved for them. */
static inline __attribute__((always_inline)) void *
allocate_or(void *(*long_way)(size_t bytes, const struct __escc_site *site,
                              enum malloc_zero zero),
            size_t bytes, const struct __escc_site *site,
            enum malloc_zero zero, unsigned young)
{
    unsigned kind = kind_of(site) | young;
    struct mcache *cache = __escc_tls.mcache;
    if (__builtin_expect((rt_load_relaxed(&rt_unusual) & RT_UNUSUAL_MALLOC) ||
                         bytes > SIZECLASS_FINE_BYTES - PAD_BYTES || !cache ||
                         !rt_enter_short(), 0))
        return long_way(bytes, site, zero);
    unsigned sizeclass = sizeclass_fine[(bytes + PAD_BYTES + 7) / 8];
    struct mspan *span = cache->alloc[SPANCLASS(sizeclass, kind)];
    void *object = (void *)mspan_next_free_fast(span);
    if (__builtin_expect(!object, 0)) {
        __escc_tls.in_rt = 0;
        return long_way(bytes, site, zero);
    }
    if ((zero == MALLOC_ZEROED || !(kind & SPAN_NOSCAN)) && span->needzero &&
        malloc_clears(span, zero)) {
        size_t room = span->elemsize;
        if (room > MALLOC_ZERO_MOST || room < MALLOC_ZERO_LEAST)
            return zero_with(object, room);
        malloc_zero_some(object, room);
    }
    return rt_leave_short() ? stop_with(object) : object;
}

static inline __attribute__((always_inline)) void *
allocate(size_t bytes, const struct __escc_site *site, enum malloc_zero zero)
{
    return allocate_or(allocate_long, bytes, site, zero, 0);
}

RT_EXPORT void *__escc_malloc(size_t bytes, const struct __escc_site *site)
{
    return allocate(bytes, site, MALLOC_TRACED);
}

RT_EXPORT void *__escc_calloc(size_t count, size_t bytes,
                              const struct __escc_site *site)
{
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total))
        return out_of_memory();
    return allocate(total, site, MALLOC_ZEROED);
}

MCALLER_ENTRY
RT_EXPORT void *__escc_realloc(void *old, size_t bytes,
                               const struct __escc_site *site)
{
    if (!old)
        return __escc_malloc(bytes, site);
    if (mguest_is_on() && !mheap_contains((uintptr_t)old))
        return mguest_realloc(old, bytes);
    rt_enter();
    bool exhausted;
    size_t before = __builtin_expect(mverify_sites, 0) ? usable(old) : 0;
    void *object = mfree_realloc(old, bytes, kind_of(site), PAD_BYTES, true,
                                 &exhausted);
    if (__builtin_expect(mverify_sites, 0) && object && before) {
        clear_beyond(object, before);
        if (object != old)
            mverify_record_site((uintptr_t)object, site);
    }
    rt_leave();
    return exhausted ? out_of_memory() : object;
}

/* A function as what it is by its name. */
#define AS(name, function) ((__typeof__(&name))(function))

RT_EXPORT void *__escc_reallocarray_as(void *old, size_t count, size_t bytes,
                                       const struct __escc_site *site,
                                       void (*called)(void))
{
    mlibrary_function own = mlibrary_own(MLIBRARY_REALLOCARRAY, called);
    size_t total;
    if (own)
        return AS(reallocarray, own)(old, count, bytes);
    if (__builtin_mul_overflow(count, bytes, &total))
        return out_of_memory();
    return __escc_realloc(old, total, site);
}

/* `now`: [inv.reuse].  An entry like the functions that end with it. */
MCALLER_ENTRY
static __attribute__((noinline)) void give_back(void *p, bool now)
{
    if (mguest_is_on()) {
        mguest_free(p);
        return;
    }
    rt_enter();
    if (!(now && mfree_reuse(p)) && !mfree_is_ignored(p))
        mfree_rewritten(p);
    rt_leave();
}

/* A free that gives the slot back to where the thread takes slots from, or does
 * nothing; all others go the long way. */
static inline __attribute__((always_inline)) void give_back_short(void *p,
                                                                  bool now)
{
    struct mspan *span;
    if (mfree_is_cached(p, &span) && rt_enter_short()) {
        bool is_done = mfree_reuse_cached(p, span);
        if (!rt_leave_short()) {
            if (is_done)
                return;
        } else if (is_done) {
            rt_leave_slow();
            return;
        } else {
            give_back(p, now);
            return;
        }
    }
    if ((now && span && mspan_is_large(span)) || !mfree_is_ignored(p))
        give_back(p, now);
}

MCALLER_ENTRY
RT_EXPORT void __escc_free(void *p)
{
    if (!p)
        return;
    if (rt_load_relaxed(&rt_unusual) & RT_UNUSUAL_TRUST)
        give_back_short(p, false);
    else if (!mfree_is_ignored(p))
        give_back(p, false);
}

MCALLER_ENTRY
RT_EXPORT void __escc_free_now(void *p)
{
    if (p)
        give_back_short(p, true);
}

/* ---- aligned ------------------------------------------------------------- */

/* `alignment` is a power of two; NULL without errno. */
static void *aligned(size_t alignment, size_t bytes, enum malloc_zero zero,
                     const struct __escc_site *site)
{
    if (bytes > PTRDIFF_MAX)
        return NULL;
    if (mguest_is_on() && zero != MALLOC_ZEROED)
        return mguest_memalign(alignment, bytes);
    rt_enter();
    void *object = malloc_aligned(bytes + PAD_BYTES, alignment, kind_of(site),
                                  zero);
    record(object, site);
    rt_leave();
    return object;
}

static void *rounded_up(size_t alignment, size_t bytes,
                        const struct __escc_site *site)
{
    size_t power = maligned_power(alignment);
    if (power == 0)
        return NULL;
    void *object = aligned(power, bytes, MALLOC_TRACED, site);
    return object ? object : out_of_memory();
}

RT_EXPORT void *__escc_memalign_as(size_t alignment, size_t bytes,
                                   const struct __escc_site *site,
                                   void (*called)(void))
{
    mlibrary_function own = mlibrary_own(MLIBRARY_MEMALIGN, called);
    if (own)
        return AS(memalign, own)(alignment, bytes);
    return rounded_up(alignment, bytes, site);
}

RT_EXPORT void *__escc_aligned_alloc(size_t alignment, size_t bytes,
                                     const struct __escc_site *site)
{
    return rounded_up(alignment, bytes, site);
}

RT_EXPORT void *__escc_valloc_as(size_t bytes, const struct __escc_site *site,
                                 void (*called)(void))
{
    mlibrary_function own = mlibrary_own(MLIBRARY_VALLOC, called);
    if (own)
        return AS(valloc, own)(bytes);
    return rounded_up(os_page_bytes(), bytes, site);
}

RT_EXPORT void *__escc_pvalloc_as(size_t bytes,
                                  const struct __escc_site *site,
                                  void (*called)(void))
{
    mlibrary_function own = mlibrary_own(MLIBRARY_PVALLOC, called);
    if (own)
        return AS(pvalloc, own)(bytes);
    return maligned_whole_pages(&bytes)
        ? rounded_up(os_page_bytes(), bytes, site) : out_of_memory();
}

RT_EXPORT int __escc_posix_memalign_as(void **out, size_t alignment,
                                       size_t bytes,
                                       const struct __escc_site *site,
                                       void (*called)(void))
{
    mlibrary_function own = mlibrary_own(MLIBRARY_POSIX_MEMALIGN, called);
    if (own)
        return AS(posix_memalign, own)(out, alignment, bytes);
    if (!maligned_is_valid(alignment))
        return EINVAL;
    void *object = aligned(alignment, bytes, MALLOC_TRACED, site);
    if (!object)
        return ENOMEM;
    *out = object;
    if (__escc_tls.marking)
        __escc_shade(object);
    return 0;
}

/* ---- strings ------------------------------------------------------------- */

RT_EXPORT char *__escc_strdup_as(const char *text,
                                 const struct __escc_site *site,
                                 void (*called)(void))
{
    mlibrary_function own = mlibrary_own(MLIBRARY_STRDUP, called);
    if (own)
        return AS(strdup, own)(text);
    size_t bytes = strlen(text) + 1;
    char *copy = __escc_malloc(bytes, site);
    return copy ? memcpy(copy, text, bytes) : NULL;
}

RT_EXPORT char *__escc_strndup_as(const char *text, size_t bytes,
                                  const struct __escc_site *site,
                                  void (*called)(void))
{
    mlibrary_function own = mlibrary_own(MLIBRARY_STRNDUP, called);
    if (own)
        return AS(strndup, own)(text, bytes);
    size_t length = strnlen(text, bytes);
    char *copy = __escc_malloc(length + 1, site);
    if (!copy)
        return NULL;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

static char *copy_into(char *room, const char *text, size_t length)
{
    memcpy(room, text, length);
    room[length] = '\0';
    return room;
}

RT_EXPORT char *__escc_strdup_in(const char *text, void *room, size_t most,
                                 const struct __escc_site *site,
                                 void (*called)(void))
{
    size_t length = mlibrary_own(MLIBRARY_STRDUP, called) ? most
                                                          : strlen(text);
    return length < most ? copy_into(room, text, length)
                         : __escc_strdup_as(text, site, called);
}

RT_EXPORT char *__escc_strndup_in(const char *text, size_t bytes, void *room,
                                  size_t most, const struct __escc_site *site,
                                  void (*called)(void))
{
    size_t length = mlibrary_own(MLIBRARY_STRNDUP, called)
        ? most : strnlen(text, bytes);
    return length < most ? copy_into(room, text, length)
                         : __escc_strndup_as(text, bytes, site, called);
}

static int print(char **out, const char *format, va_list arguments,
                 const struct __escc_site *site)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        return -1;
    char *text = __escc_malloc((size_t)length + 1, site);
    if (!text)
        return -1;
    length = vsnprintf(text, (size_t)length + 1, format, arguments);
    *out = text;
    if (__escc_tls.marking)
        __escc_shade(text);
    return length;
}

RT_EXPORT int __escc_vasprintf_as(char **out, const char *format,
                                  __builtin_va_list arguments,
                                  const struct __escc_site *site,
                                  void (*called)(void))
{
    mlibrary_function own = mlibrary_own(MLIBRARY_VASPRINTF, called);
    if (own)
        return AS(vasprintf, own)(out, format, arguments);
    return print(out, format, arguments, site);
}

/* Arguments of unknown number cannot be handed on, so the caller is told whom
 * to call; the sites are common ones. */
static int print_scanned(char **out, const char *format, ...)
{
    static const struct __escc_site site = {
        "", "", "asprintf", 0, __ESCC_SCAN};
    va_list arguments;
    va_start(arguments, format);
    int length = print(out, format, arguments, &site);
    va_end(arguments);
    return length;
}

static int print_unscanned(char **out, const char *format, ...)
{
    static const struct __escc_site site = {
        "", "", "asprintf", 0, __ESCC_NOSCAN};
    va_list arguments;
    va_start(arguments, format);
    int length = print(out, format, arguments, &site);
    va_end(arguments);
    return length;
}

RT_EXPORT int (*__escc_asprintf_for(void (*called)(void), int noscan))(
    char **out, const char *format, ...)
{
    mlibrary_function own = mlibrary_own(MLIBRARY_ASPRINTF, called);
    if (own)
        return AS(asprintf, own);
    return noscan ? print_unscanned : print_scanned;
}

/* ---- moved locals -------------------------------------------------------- */

/* With ESCC_LOCALS=none, and where nothing is collected, a local that moved
 * lives in its frame, in the room that the rewriter has left there
 * (tool/rewrite/edit/rw_room.c).  It is as visible to others as on the heap:
 * all stores to it have barriers, and its words are the stack's, which is read
 * as a root.  Those without a room are on the heap. */
static inline bool stays_in_frame(void)
{
    return mguest_is_on() || rt_options.locals == RT_LOCALS_NONE;
}

/* Before the start nobody knows what __escc_new will find. */
RT_EXPORT size_t __escc_room(size_t bytes)
{
    return stays_in_frame() || !rt_is_running() ? bytes : 0;
}

/* Not inlined: what it needs must not cost where memory is collected. */
__attribute__((noinline, cold)) static void *
in_frame(void *room, size_t bytes, const struct __escc_site *site)
{
    return site->scan & __ESCC_ZERO ? memset(room, 0, bytes) : room;
}

static void *or_fatal(void *object, const struct __escc_site *site)
{
    if (__builtin_expect(!object, 0))
        rt_fatal("out of memory: no room for the moved local %s of %s "
                 "(%s:%u)",
                 site->what, site->function, site->file, site->line);
    return object;
}

static __attribute__((noinline)) void *
new_long(size_t bytes, const struct __escc_site *site,
         enum malloc_zero zero)
{
    if (rt_options.checkmark)
        zero = MALLOC_ZEROED;
    rt_enter();
    void *object = malloc_object(bytes + PAD_BYTES,
                                 kind_of(site) | local_kind(bytes), zero);
    record(object, site);
    rt_leave();
    return or_fatal(object, site);
}

static __attribute__((noinline)) void *
new_aligned(size_t bytes, size_t alignment, const struct __escc_site *site)
{
    return or_fatal(aligned(alignment, bytes, MALLOC_ZEROED, site), site);
}

/* Most moved locals are garbage when their function returns, and nobody frees
 * them: that is counted here (base/mgcgarbage.c), as it will be when they are
 * found dead. */
static inline void count_local(size_t bytes)
{
    struct mcache *cache = __escc_tls.mcache;
    if (__builtin_expect(cache != NULL, 1))
        rt_count(&cache->counts.local_bytes,
                 malloc_slot_bytes(bytes + PAD_BYTES));
}

RT_EXPORT void *__escc_new(size_t bytes, size_t alignment,
                           const struct __escc_site *site, void *room)
{
    if (__builtin_expect(stays_in_frame(), 0) && room)
        return in_frame(room, bytes, site);
    count_local(bytes);
    /* Slots above 8 bytes are aligned for any type. */
    if ((alignment <= 8 || (alignment == MALLOC_ALIGN && bytes > 8)) &&
        bytes <= PTRDIFF_MAX)
        return allocate_or(new_long, bytes, site,
                           site->scan & __ESCC_ZERO ? MALLOC_ZEROED
                                                    : MALLOC_LOCAL,
                           local_kind(bytes));
    return new_aligned(bytes, alignment, site);
}
