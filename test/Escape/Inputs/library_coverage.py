# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How much of the C library libc.tags decides: of the pointer parameters of
all functions that the library's headers declare, the share that belongs to a
function with a row that says what happens to them.

A row counts if it is used: the function's header must be one of those of
tree_library.c, or its name one that ISO C or the implementation reserves.  A
row's number of parameters must be enough for the declaration.

Arguments: clang, the source's root, the least share in percent; `--list` after
them prints the parameters that are not decided, by header.
"""
import json
import os
import re
import subprocess
import sys

C11 = '''assert complex ctype errno fenv float inttypes iso646 limits locale
math setjmp signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib
stdnoreturn string threads time uchar wchar wctype'''
POSIX = '''aio arpa/inet assert complex cpio ctype dirent dlfcn errno fcntl
fenv float fmtmsg fnmatch ftw glob grp iconv inttypes iso646 langinfo libgen
limits locale math monetary mqueue ndbm net/if netdb netinet/in netinet/tcp
nl_types poll pthread pwd regex sched search semaphore setjmp signal spawn
stdarg stdbool stddef stdint stdio stdlib string strings stropts sys/ipc
sys/mman sys/msg sys/resource sys/select sys/sem sys/shm sys/socket sys/stat
sys/statvfs sys/time sys/times sys/types sys/uio sys/un sys/utsname sys/wait
syslog tar termios time trace ulimit unistd utime utmpx wchar wctype
wordexp'''
# Those of glibc 2.36 that declare functions (not: old interfaces without a
# function behind them, and what only the debugger's library has).
GLIBC = C11 + ' ' + POSIX + '''
aliases alloca argp argz arpa/nameser byteswap endian envz err error execinfo
fstab fts gconv getopt gshadow ifaddrs libintl link malloc mcheck memory mntent
net/ethernet net/if_arp netinet/ether netinet/if_ether netinet/ip6 nss obstack
printf pty re_comp resolv rpc/netdb sgtty shadow stdio_ext sys/acct sys/auxv
sys/epoll sys/eventfd sys/fanotify sys/file sys/fsuid sys/gmon sys/inotify
sys/io sys/ioctl sys/klog sys/mount sys/param sys/personality sys/pidfd
sys/platform/x86 sys/poll sys/prctl sys/profil sys/ptrace sys/quota sys/random
sys/reboot sys/rseq sys/sendfile sys/signalfd sys/statfs sys/swap sys/syscall
sys/sysinfo sys/sysmacros sys/timeb sys/timerfd sys/timex sys/vfs sys/vlimit
sys/xattr tgmath ttyent ucontext utmp values wait'''

SETS = [
    ('C11', C11, ['-std=c11']),
    ('POSIX.1-2017', POSIX, ['-std=c11', '-D_XOPEN_SOURCE=700']),
    ('glibc', GLIBC, ['-std=gnu11', '-D_GNU_SOURCE']),
]


class Function:
    def __init__(self, header):
        self.header = header
        self.parameters = 0
        self.variadic = False
        self.pointers = []


def header_of(location):
    """The name below the folder of the library's headers."""
    name = location.get('file', '')
    found = re.search(r'/include/(?:[a-z0-9_]+-linux-gnu/)?(.*\.h)$', name)
    return found.group(1) if found and '/llvm' not in name and \
        '/clang/' not in name else None


def spelled(node):
    """A type without its typedefs, or as it stands."""
    return node['type'].get('desugaredQualType', node['type']['qualType'])


def is_pointer(node):
    shape = re.sub(r'\b(const|volatile|restrict|__restrict)\b', '',
                   spelled(node)).strip()
    return shape.endswith('*') or shape.endswith(']') or '(*' in shape or \
        shape == 'va_list' or '__va_list_tag' in shape


def is_of_library(node, header):
    """Not the kernel's, nor what the program defines for the linker (la_*), nor
    defined by the header itself (it is analysed), nor what no library has."""
    defined = any(kid['kind'] == 'CompoundStmt'
                  for kid in node.get('inner', []))
    return not (defined or header.startswith(('linux/', 'asm')) or
                node['name'].startswith('la_') or
                (header.startswith('bits/mathcalls') and
                 node['name'].startswith('__')))


def declared(clang, headers, options):
    """name: Function, of what the headers declare."""
    text = ''.join('#if __has_include(<%s.h>)\n#include <%s.h>\n#endif\n'
                   % (name, name) for name in headers.split())
    done = subprocess.run(
        [clang, '-x', 'c', '-w', '-fsyntax-only', '-Xclang', '-ast-dump=json',
         '-'] + options, input=text.encode(), stdout=subprocess.PIPE,
        check=True)
    functions, file = {}, None
    for node in json.loads(done.stdout)['inner']:
        place = node.get('loc', {})
        for part in place, place.get('spellingLoc', {}), \
                place.get('expansionLoc', {}):
            file = part.get('file', file)
        # Of a place in a macro the last part is where it is used.
        if node['kind'] != 'FunctionDecl':
            continue
        header = header_of({'file': file})
        if not header or not is_of_library(node, header):
            continue
        function = Function(header)
        function.variadic = node['type']['qualType'].rstrip().endswith('...)')
        for kid in node.get('inner', []):
            if kid['kind'] == 'ParmVarDecl':
                if is_pointer(kid):
                    function.pointers.append(function.parameters)
                function.parameters += 1
        old = functions.get(node['name'])
        if not old or len(function.pointers) > len(old.pointers):
            functions[node['name']] = function
    return functions


def rows(path):
    """name: (parameters, variadic), of the rows that say what happens."""
    found = {}
    with open(path, encoding='utf-8') as handle:
        for line in handle:
            row = re.match(r'([\w ]+):\s*(\d+)(\.\.\.)?', line)
            for name in row.group(1).split() if row else []:
                found[name] = int(row.group(2)), bool(row.group(3))
    return found


def words(path, table):
    with open(path, encoding='utf-8') as handle:
        body = re.search(r'\b%s\[\] = \{(.*?)\};' % table, handle.read(), re.S)
    return set(re.findall(r'"([^"]+)"', body.group(1)))


def row_of(name, table):
    """As esc_tags.c finds it."""
    if name in table:
        return table[name]
    checked = re.match(r'__(.*)_chk$', name)
    return table.get(checked.group(1)) if checked else None


def main():
    clang, root, least = sys.argv[1], sys.argv[2], float(sys.argv[3])
    table = rows(os.path.join(root, 'tool/rewrite/escape/libc.tags'))
    library = os.path.join(root, 'tool/rewrite/front/tree_library.c')
    headers = words(library, 'headers')
    reserved = words(library, 'reserved')
    failed = False
    for name, names, options in SETS:
        whole, decided, missing = 0, 0, {}
        for function, f in sorted(declared(clang, names, options).items()):
            row = row_of(function, table)
            used = f.header in headers or f.header.startswith('bits/') or \
                function in reserved or re.match(r'_[_A-Z]', function)
            if row and not row[1] and row[0] < f.parameters and \
                    f.pointers and f.pointers[-1] >= row[0]:
                print('%s: its row has %d parameters, %s says %d'
                      % (function, row[0], f.header, f.parameters))
                failed = True
            whole += len(f.pointers)
            if row and used:
                decided += len(f.pointers)
            elif f.pointers:
                missing.setdefault(f.header, []).append(
                    '%s(%s)%s' % (function, ','.join(map(str, f.pointers)),
                                  '' if used else ' [header]'))
        share = 100.0 * decided / whole
        print('%s: %d of %d pointer parameters, %.1f %%'
              % (name, decided, whole, share))
        if '--list' in sys.argv:
            for header in sorted(missing):
                print('  <%s> %s' % (header, ' '.join(missing[header])))
        failed |= share < least
    sys.exit(failed)


main()
