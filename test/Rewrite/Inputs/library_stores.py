# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""For every function of libc.tags that has a put=: a call of it is rewritten
to the form that is named here, or the reason stands here why it needs none.
A function that is in neither table fails, unless its row says `open`: a unit
that calls it has no closed world.

Arguments: libc.tags, escc.
"""
import re
import subprocess
import sys

# What the text of a call has to have.  `{}`: the operand that is pinned.
PINNED = r'__auto_type (__escc_o\d+)=\({}\);.*\b{name}\b.*"r"\(\1\)'
TORN = r'__escc_tls\.torn\+\+;.*\b{name}\b.*__escc_shade_slots.*' \
    r'--__escc_tls\.torn'
SOURCE = r'__auto_type (__escc_o\d+)=\({}\);.*\b{name}\b.*' \
    r'__escc_shade_slots.*volatile\(""::"r"\(\1\)\)'
SHADED = r'\b{name}\b.*__escc_shade_slots'
RUNTIME = r'__escc_{plain}(_as|_for)?\b'
INLINE = r'=\*\(const struct __escc_b\d+\*\)'
FRAME = r'{name}\(.*&__escc_t(\d+)\).*=__escc_t\1;'

# function: (call, form, what is pinned).
CALLS = {
    'memcpy': ('memcpy(h->room, p, n)', RUNTIME),
    'memmove': ('memmove(h->room, p, n)', RUNTIME),
    'mempcpy': ('mempcpy(h->room, p, n)', RUNTIME),
    'bcopy': ('bcopy(p, h->room, n)', RUNTIME),
    'wmemcpy': ('wmemcpy(h->wide, w, n)', SOURCE, 'w'),
    'wmempcpy': ('wmempcpy(h->wide, w, n)', SOURCE, 'w'),
    'wmemmove': ('wmemmove(h->wide, w, n)', TORN),
    'memccpy': ('memccpy(h->room, p, 1, n)', SOURCE, 'p'),
    'strtok_r': ('strtok_r(p, " ", &h->end)', PINNED, 'p'),
    '__strtok_r': ('__strtok_r(p, " ", &h->end)', PINNED, 'p'),
    'wcstok': ('wcstok(w, L" ", &h->wide)', PINNED, 'w'),
    'lsearch': ('lsearch(p, h->room, &n, 8, differ)', SOURCE, 'p'),
    'putenv': ('putenv(p)', PINNED, 'p'),
    'initstate_r': ('initstate_r(1, p, 8, &h->random)', PINNED, 'p'),
    'setstate_r': ('setstate_r(p, &h->random)', PINNED, 'p'),
    'getsubopt': ('getsubopt(&h->end, names, &h->other)', SOURCE, '&h->end'),
    'posix_memalign': ('posix_memalign(&h->any, 16, n)', RUNTIME),
    'asprintf': ('asprintf(&h->end, "%d", 1)', RUNTIME),
    'vasprintf': ('vasprintf(&h->end, "%d", list)', RUNTIME),
    'getline': ('getline(&h->end, &n, stdin)', SHADED),
    'getdelim': ('getdelim(&h->end, &n, 1, stdin)', SHADED),
    '__getdelim': ('__getdelim(&h->end, &n, 1, stdin)', SHADED),
    'gethostbyname_r': (
        'gethostbyname_r("", &h->host, p, n, &h->hosts, &i)', PINNED, 'p'),
    'gethostbyname2_r': (
        'gethostbyname2_r("", 2, &h->host, p, n, &h->hosts, &i)', PINNED,
        'p'),
    'gethostbyaddr_r': (
        'gethostbyaddr_r("", 4, 2, &h->host, p, n, &h->hosts, &i)', PINNED,
        'p'),
    'getservbyname_r': (
        'getservbyname_r("", "", &h->service, p, n, &h->services)', PINNED,
        'p'),
    'getservbyport_r': (
        'getservbyport_r(1, "", &h->service, p, n, &h->services)', PINNED,
        'p'),
    'getprotobyname_r': (
        'getprotobyname_r("", &h->protocol, p, n, &h->protocols)', PINNED,
        'p'),
    'getprotobynumber_r': (
        'getprotobynumber_r(1, &h->protocol, p, n, &h->protocols)', PINNED,
        'p'),
    'getspnam_r': ('getspnam_r("", &h->shadow, p, n, &h->shadows)', PINNED,
                   'p'),
    'getpwnam_r': ('getpwnam_r("", &h->user, p, n, &h->users)', PINNED, 'p'),
    'getpwuid_r': ('getpwuid_r(0, &h->user, p, n, &h->users)', PINNED, 'p'),
    'getgrnam_r': ('getgrnam_r("", &h->group, p, n, &h->groups)', PINNED,
                   'p'),
    'getgrgid_r': ('getgrgid_r(0, &h->group, p, n, &h->groups)', PINNED, 'p'),
    'readdir_r': ('readdir_r(d, (void *)p, &h->entry)', PINNED,
                  r'\(void \*\)p'),
    'sigaltstack': ('sigaltstack(0, &h->stack)', TORN),
    'pthread_tryjoin_np': ('pthread_tryjoin_np(t, &h->any)', SHADED),
    'pthread_timedjoin_np': ('pthread_timedjoin_np(t, &h->any, 0)', SHADED),
    'pthread_clockjoin_np': ('pthread_clockjoin_np(t, &h->any, 0, 0)', SHADED),
    'pthread_attr_setstack': ('pthread_attr_setstack(&h->attr, p, n)', PINNED,
                              'p'),
    'pthread_attr_getstack': ('pthread_attr_getstack(&h->attr, &h->any, &n)',
                              SOURCE, '&h->attr'),
    'getmntent_r': ('getmntent_r(stdin, &h->mount, p, n)', PINNED, 'p'),
    'argz_extract': ('argz_extract(p, n, h->words)', PINNED, 'p'),
    '__argz_extract': ('__argz_extract(p, n, h->words)', PINNED, 'p'),
    'dn_comp': ('dn_comp("", (void *)p, 8, h->names, 0)', PINNED,
                r'\(void \*\)p'),
    'add_overflow': ('__builtin_add_overflow(u, 1, &h->sum)', FRAME),
    'sub_overflow': ('__builtin_sub_overflow(u, 1, &h->sum)', FRAME),
}
for kind, first, end, forms in (
        ('p', 'strto', '&h->end', 'l ul ll ull q uq imax umax'),
        ('w', 'wcsto', '&h->wide', 'l ul ll ull q uq imax umax')):
    for form in forms.split():
        CALLS[first + form] = ('%s%s(%s, %s, 0)' % (first, form, kind, end),
                               PINNED, kind)
    for form in ('d', 'f', 'ld'):
        CALLS[first + form] = ('%s%s(%s, %s)' % (first, form, kind, end),
                               PINNED, kind)
for form in ('d', 'f', 'ld'):
    CALLS['strto%s_l' % form] = ('strto%s_l(p, &h->end, l)' % form, PINNED,
                                 'p')
    CALLS['wcsto%s_l' % form] = ('wcsto%s_l(w, &h->wide, l)' % form, PINNED,
                                 'w')
for form in ('l', 'ul', 'll', 'ull'):
    CALLS['strto%s_l' % form] = ('strto%s_l(p, &h->end, 0, l)' % form, PINNED,
                                 'p')
    CALLS['wcsto%s_l' % form] = ('wcsto%s_l(w, &h->wide, 0, l)' % form,
                                 PINNED, 'w')
for key, to in ('pw', 'user'), ('gr', 'group'), ('sp', 'shadow'):
    CALLS['get%sent_r' % key] = (
        'get%sent_r(&h->%s, p, n, &h->%ss)' % (key, to, to), PINNED, 'p')
    CALLS['fget%sent_r' % key] = (
        'fget%sent_r(stdin, &h->%s, p, n, &h->%ss)' % (key, to, to), PINNED,
        'p')
for form in ('strtol', 'strtoul', 'strtoll', 'strtoull'):
    CALLS['__isoc23_' + form] = ('__isoc23_%s(p, &h->end, 0)' % form, PINNED,
                                 'p')
for form in ('add', 'sub'):
    for sign, result in ('u', 'sum'), ('s', 'difference'):
        for size, suffix in ('l', ''), ('ll', 's'):
            name = '%s%s%s_overflow' % (sign, form, size)
            CALLS[name] = ('__builtin_%s(u, 1, &h->%s%s)'
                           % (name, result, suffix), FRAME)

# Spellings of fortified headers, and copies of a constant size.
MORE = [
    ('__builtin___memcpy_chk(h->room, p, n, 64)', r'__escc_memcpy\('),
    ('__builtin___memmove_chk(h->room, p, n, 64)', r'__escc_memmove\('),
    ('__builtin_memcpy(h->room, p, 16)', INLINE),
    ('__wmemcpy_chk(h->wide, w, n, 64)', SOURCE, 'w'),
    ('__wmemmove_chk(h->wide, w, n, 64)', TORN),
    ('setjmp(h->env)', r'torn=.*_setjmp.*__escc_shade_range.*torn='),
    ('sigsetjmp(h->env, 1)', r'torn=.*sigsetjmp.*__escc_shade_range.*torn='),
]

BLOCKS = 'blocks of the library are roots until it frees them'
STATIC = 'static memory of the library, or code'
RUNTIME_STORES = 'the runtime stores it: '
NEEDS_NONE = {
    '__asprintf_chk': 'replaced as asprintf is',
    '__vasprintf_chk': 'replaced as vasprintf is',
    'open_memstream': BLOCKS, 'open_wmemstream': BLOCKS,
    'getaddrinfo': BLOCKS, 'getifaddrs': BLOCKS, 'scandir': BLOCKS,
    'scandir64': BLOCKS, 'glob': BLOCKS, 'glob64': BLOCKS, 'wordexp': BLOCKS,
    'regcomp': BLOCKS, 'tsearch': BLOCKS,
    # %p gives what was printed, which lives until it is freed.
    'scanf': BLOCKS, 'sscanf': BLOCKS, 'fscanf': BLOCKS,
    '__isoc99_scanf': BLOCKS, '__isoc99_sscanf': BLOCKS,
    '__isoc99_fscanf': BLOCKS, '__isoc23_scanf': BLOCKS,
    '__isoc23_sscanf': BLOCKS, '__isoc23_fscanf': BLOCKS,
    'strptime': STATIC, 'localtime_r': STATIC, 'gmtime_r': STATIC,
    'asctime_r': STATIC, 'ctime_r': STATIC, 'dladdr': STATIC,
    'backtrace': STATIC,
    'epoll_wait': RUNTIME_STORES + 'held, and shaded when that ends',
    'epoll_pwait': RUNTIME_STORES + 'held, and shaded when that ends',
    'pthread_join': RUNTIME_STORES + 'mwrap_thread.c',
    'epoll_pwait2': RUNTIME_STORES + 'held, and shaded when that ends',
    'argz_create': BLOCKS, '__argz_create': BLOCKS, 'argz_create_sep': BLOCKS,
    '__asprintf': BLOCKS, 'wscanf': BLOCKS, 'swscanf': BLOCKS,
    'fwscanf': BLOCKS, '__isoc99_wscanf': BLOCKS, '__isoc99_swscanf': BLOCKS,
    '__isoc99_fwscanf': BLOCKS, 'scandirat': BLOCKS, 'scandirat64': BLOCKS,
    'tdelete': BLOCKS, 'hcreate_r': BLOCKS, 'hsearch_r': BLOCKS,
    'getnetgrent': BLOCKS, 'res_nquery': BLOCKS, 'res_nsearch': BLOCKS,
    'res_nquerydomain': BLOCKS, 'res_nsend': BLOCKS, '__res_ninit': BLOCKS,
    'strptime_l': STATIC, 'dladdr1': STATIC, '_dl_find_object': STATIC,
    'strtof128': 'as strtod, but declared for gcc only',
    'strtof32': 'likewise', 'strtof64': 'likewise', 'strtof32x': 'likewise',
    'strtof64x': 'likewise',
    'strtof32_l': 'likewise', 'strtof64_l': 'likewise',
    'strtof32x_l': 'likewise', 'strtof64x_l': 'likewise',
    'wcstof32': 'likewise', 'wcstof64': 'likewise', 'wcstof32x': 'likewise',
    'wcstof64x': 'likewise', 'wcstof32_l': 'likewise',
    'wcstof64_l': 'likewise', 'wcstof32x_l': 'likewise',
    'wcstof64x_l': 'likewise',
}

HEAD = r'''
#define _GNU_SOURCE
#include <argz.h>
#include <dirent.h>
#include <grp.h>
#include <inttypes.h>
#include <mntent.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <resolv.h>
#include <search.h>
#include <setjmp.h>
#include <shadow.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>
struct holder {
    char room[64], *end, *other; wchar_t *wide; void *any;
    struct random_data random; struct hostent host, *hosts;
    struct passwd user, *users; struct group group, *groups;
    struct spwd shadow, *shadows; struct servent service, *services;
    struct protoent protocol, *protocols;
    struct dirent *entry; stack_t stack; pthread_attr_t attr;
    unsigned long sum; unsigned long long sums;
    long difference; long long differences; jmp_buf env;
    struct mntent mount; char *words[4]; unsigned char *names[4];
};
/* As headers of other versions and for _FORTIFY_SOURCE declare them. */
# 1 "/usr/include/stdlib.h" 1 3
extern long __isoc23_strtol(const char *, char **, int);
extern unsigned long __isoc23_strtoul(const char *, char **, int);
extern long long __isoc23_strtoll(const char *, char **, int);
extern unsigned long long __isoc23_strtoull(const char *, char **, int);
extern wchar_t *__wmemcpy_chk(wchar_t *, const wchar_t *, size_t, size_t);
extern wchar_t *__wmemmove_chk(wchar_t *, const wchar_t *, size_t, size_t);
# 1 "calls.c" 2
int differ(const void *, const void *);
'''
FUNCTION = '''void call_%d(struct holder *h, char *p, wchar_t *w, size_t n,
    DIR *d, pthread_t t, locale_t l, va_list list, char *const *names, int i)
{ uintptr_t u = (uintptr_t)p; (void)u; %s; }
'''


def stored_by(path):
    """The names of functions with a put=, and of those that open the world."""
    names, opening = [], []
    with open(path, encoding='utf-8') as handle:
        for line in handle:
            if re.search(r'\bput=', line) and not line.startswith('#'):
                functions = line.split(':')[0].split()
                names += functions
                if re.search(r'\bopen\b', line.split(':', 1)[1]):
                    opening += functions
    return names, opening


def main():
    tags, escc = sys.argv[1:]
    names, opening = stored_by(tags)
    failed = ['%s: no form is named for it' % name for name in names
              if name not in CALLS and name not in NEEDS_NONE and
              name not in opening]
    failed += ['%s: has no put= in libc.tags' % name
               for name in list(CALLS) + list(NEEDS_NONE)
               if name not in names]
    cases = [(name,) + CALLS[name] for name in names if name in CALLS]
    cases += [(re.match(r'\w+', case[0]).group(0),) + case for case in MORE]
    text = HEAD + ''.join(FUNCTION % (i, case[1])
                          for i, case in enumerate(cases))
    with open('calls.c', 'w', encoding='utf-8') as handle:
        handle.write(text)
    done = subprocess.run(
        [escc, '-w', '-O2', '-fescc-emit-source', '-c', 'calls.c'],
        stdout=subprocess.PIPE, check=True)
    emitted = done.stdout.decode().split('void call_')[1:]
    for i, (name, call, form, *operand) in enumerate(cases):
        line = emitted[i]
        pattern = form.replace(
            '{name}', re.escape(re.match(r'\w+', call).group(0))).replace(
            '{plain}', name)
        if operand:
            pattern = pattern.replace('{}', operand[0])
        if not re.search(pattern, line, re.S):
            failed.append('%s: %s\n  is no %s' % (call, line, pattern))
    if failed:
        print('\n'.join(failed))
        sys.exit(1)
    print('%d functions, %d calls: all have their form'
          % (len(names), len(cases)))


main()
