/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_library.c - which functions are the C library's.
 *
 * A name alone says nothing: `link`, `expect`, `error` or `strdup` may be the
 * program's own, in this unit or in another.  What a function does is known
 * from the table of the library's functions only if it is
 *
 *   - the compiler's, `__builtin_…`;
 *   - declared in one of the library's own headers, which promises the
 *     library's behaviour.  A system header is not enough: -isystem makes one
 *     of any.  The library's are those beside its features.h, by name; or
 *   - a function of ISO C that the unit declares by hand as the compiler knows
 *     it, for which C99 7.1.4 and 7.1.3 give the same promise: nobody else may
 *     define that name;
 *
 * and if the unit neither defines it nor gives it another function's name
 * (an asm label, an alias).
 *
 * [inv.library.replaced]  Even so, a name that ISO C does not reserve may have
 * another definition when the program is linked.  What the table says of such
 * a function decides only whether locals move, which is no matter of
 * correctness (esc.c); nothing that an object's life depends on follows from
 * it.  And where its call is replaced by one of the runtime's functions, that
 * one is handed the function that the linker found, and calls it if it is not
 * the library's (rw_alloc.c).
 */
#include "front.h"

#include <stdlib.h>
#include <string.h>

/* Sorted.  C99's, of those that libc.tags and the rewriter know: later
 * standards' were the program's to define before. */
static const char *const reserved[] = {
    "_Exit", "abort", "abs", "asctime", "atexit", "atof", "atoi", "atol",
    "atoll", "bsearch", "btowc", "calloc", "clearerr", "clock", "copysign",
    "ctime", "difftime", "div", "exit", "fabs", "fclose", "feof", "ferror",
    "fflush", "fgetc", "fgetpos", "fgets", "fgetwc", "fgetws", "fopen",
    "fprintf", "fputc", "fputs", "fputwc", "fputws", "fread", "free",
    "freopen", "frexp", "frexpf", "frexpl", "fscanf", "fseek", "fsetpos",
    "ftell", "fwprintf", "fwrite", "getc", "getchar", "getenv", "gets",
    "getwc", "getwchar", "gmtime", "imaxdiv", "isalnum", "isalpha",
    "isblank", "iscntrl", "isdigit", "isgraph", "islower", "isprint",
    "ispunct", "isspace", "isupper", "iswalnum", "iswalpha", "iswcntrl",
    "iswctype", "iswdigit", "iswlower", "iswprint", "iswpunct", "iswspace",
    "iswupper", "isxdigit", "labs", "ldiv", "llabs", "lldiv", "localeconv",
    "localtime", "longjmp", "malloc", "mblen", "mbrlen", "mbrtowc",
    "mbsinit", "mbsrtowcs", "mbstowcs", "mbtowc", "memchr", "memcmp",
    "memcpy", "memmove", "memset", "mktime", "modf", "modff", "modfl", "nan",
    "nanf", "nanl", "perror", "printf", "putc", "putchar", "puts", "putwc",
    "putwchar", "qsort", "raise", "rand", "realloc", "remove", "remquo",
    "remquof", "remquol", "rename", "rewind", "scanf", "setbuf", "setjmp",
    "setlocale", "setvbuf", "signal", "snprintf", "sprintf", "srand",
    "sscanf", "strcat", "strchr", "strcmp", "strcoll", "strcpy", "strcspn",
    "strerror", "strftime", "strlen", "strncat", "strncmp", "strncpy",
    "strpbrk", "strrchr", "strspn", "strstr", "strtod", "strtof",
    "strtoimax", "strtok", "strtol", "strtold", "strtoll", "strtoul",
    "strtoull", "strtoumax", "strxfrm", "swprintf", "system", "time",
    "tmpfile", "tmpnam", "tolower", "toupper", "towctrans", "towlower",
    "towupper", "ungetc", "ungetwc", "vfprintf", "vprintf", "vsnprintf",
    "vsprintf", "wcrtomb", "wcscat", "wcschr", "wcscmp", "wcscoll", "wcscpy",
    "wcscspn", "wcsftime", "wcslen", "wcsncat", "wcsncmp", "wcsncpy",
    "wcspbrk", "wcsrchr", "wcsrtombs", "wcsspn", "wcsstr", "wcstod",
    "wcstof", "wcstok", "wcstol", "wcstold", "wcstoll", "wcstombs",
    "wcstoul", "wcstoull", "wcsxfrm", "wctob", "wctomb", "wctrans", "wctype",
    "wmemchr", "wmemcmp", "wmemcpy", "wmemmove", "wmemset", "wprintf"
};

/* Sorted.  Those that declare a function of libc.tags, beside bits/. */
static const char *const headers[] = {
    "aio.h", "aliases.h", "alloca.h", "argp.h", "argz.h", "arpa/inet.h",
    "arpa/nameser.h", "assert.h", "ctype.h", "dirent.h", "dlfcn.h", "envz.h",
    "err.h", "errno.h", "error.h", "execinfo.h", "fcntl.h", "fenv.h",
    "fmtmsg.h", "fnmatch.h", "fstab.h", "fts.h", "ftw.h", "getopt.h", "glob.h",
    "grp.h", "gshadow.h", "iconv.h", "ifaddrs.h", "inttypes.h", "langinfo.h",
    "libgen.h", "libintl.h", "link.h", "locale.h", "malloc.h", "math.h",
    "mcheck.h", "mntent.h", "monetary.h", "mqueue.h", "net/if.h", "netdb.h",
    "netinet/ether.h", "netinet/in.h", "nl_types.h", "obstack.h", "poll.h",
    "printf.h", "pthread.h", "pty.h", "pwd.h", "regex.h", "resolv.h",
    "rpc/netdb.h", "sched.h", "search.h", "semaphore.h", "setjmp.h", "sgtty.h",
    "shadow.h", "signal.h", "spawn.h", "stdio.h", "stdio_ext.h", "stdlib.h",
    "string.h", "strings.h", "sys/epoll.h", "sys/eventfd.h", "sys/fanotify.h",
    "sys/file.h", "sys/inotify.h", "sys/ioctl.h", "sys/ipc.h", "sys/klog.h",
    "sys/mman.h", "sys/mount.h", "sys/msg.h", "sys/pidfd.h", "sys/poll.h",
    "sys/profil.h", "sys/quota.h", "sys/random.h", "sys/resource.h",
    "sys/select.h", "sys/sem.h", "sys/sendfile.h", "sys/shm.h",
    "sys/signalfd.h", "sys/socket.h", "sys/stat.h", "sys/statfs.h",
    "sys/statvfs.h", "sys/swap.h", "sys/sysinfo.h", "sys/syslog.h",
    "sys/time.h", "sys/timeb.h", "sys/timerfd.h", "sys/times.h", "sys/timex.h",
    "sys/uio.h", "sys/utsname.h", "sys/wait.h", "sys/xattr.h", "syslog.h",
    "termios.h", "threads.h", "time.h", "ttyent.h", "uchar.h", "unistd.h",
    "utime.h", "utmp.h", "utmpx.h", "wchar.h", "wctype.h", "wordexp.h"
};

static int compare(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

#define HAS(table, word)                                                    \
    (!!bsearch(word, table, sizeof table / sizeof *table, sizeof *table,    \
               compare))

bool library_has_header(const char *name)
{
    return strncmp(name, "bits/", 5) == 0 || HAS(headers, name);
}

bool library_reserves(const char *name)
{
    bool implementation = name[0] == '_' &&
        (name[1] == '_' || (name[1] >= 'A' && name[1] <= 'Z'));
    return implementation || strncmp(name, "escc_", 5) == 0 ||
        HAS(reserved, name);
}

/* Whether the compiler knows the function with the type that it has here.  One
 * that is called without a declaration has its prototype only then. */
static bool is_known(const struct symbol *s)
{
    return s->is_known || (!s->declaration && s->type->has_prototype);
}

bool symbol_is_library(const struct symbol *s)
{
    return s->kind == S_FUNCTION && !s->is_own &&
           (s->is_library || strncmp(s->name, "__builtin_", 10) == 0 ||
               strncmp(s->name, "escc_", 5) == 0 ||
               (is_known(s) && s->storage != ST_STATIC &&
                   library_reserves(s->name)));
}
