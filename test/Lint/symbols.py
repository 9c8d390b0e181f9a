# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the runtime archive shows to the programs it is linked into.

Only escc_*, __escc_* and the functions of the C library that it replaces,
which stand in runtime/interposed.txt: a user's function named mheap_init
must not replace ours, nor ours a user's.  A name in the list that is not
exported any more is an error too, and so is one that the public headers
declare and the archive lacks.

Arguments: the source root, the archive.
"""
import re
import subprocess
import sys

import lintlib

# The others are taken when asked for; see runtime/CMakeLists.txt.
MEMBERS = ['esccrt.o', 'rt_static.c.o', 'rt_free_drop.c.o',
           'rt_free_trust.c.o', 'rt_handle.c.o']
# The start files', where there are none.
OTHERS = {'__dso_handle'}
LIST = 'runtime/interposed.txt'
OURS = re.compile(r'(__)?escc_\w+')
HEADERS = ('include/escc/rt.h', 'include/escc/gc.h')
DECLARED = re.compile(r'^\w[\w ]*[ *]((?:__)?escc_\w+)\(')


def main():
    root, archive = sys.argv[1:]
    report = lintlib.Report()
    allowed = {}
    for number, line in enumerate(lintlib.lines(root, LIST), 1):
        for name in line.partition('#')[0].split():
            allowed[name] = number
    listed = subprocess.run(['nm', '-g', '--defined-only', '-P', archive],
                            stdout=subprocess.PIPE, check=True, text=True)
    exported = {line.split()[0] for line in listed.stdout.split('\n')
                if len(line.split()) > 1}
    report.looked(len(exported))
    for name in sorted(exported - OTHERS):
        if not OURS.fullmatch(name) and name not in allowed:
            report.problem(LIST, 1, '%s exports %s, which is not in the list'
                           % (archive.split('/')[-1], name))
    for name in sorted(set(allowed) - exported):
        report.problem(LIST, allowed[name], '%s is not exported' % name)
    for header in HEADERS:
        for number, line in enumerate(lintlib.lines(root, header), 1):
            match = DECLARED.match(line)
            if match and match.group(1) not in exported:
                report.problem(header, number, '%s is not in the archive'
                               % match.group(1))
    members = subprocess.run(['ar', 't', archive], stdout=subprocess.PIPE,
                             check=True, text=True).stdout.split()
    if members != MEMBERS:
        report.problem(archive, 1, 'the archive has the members %s, not %s: '
                       'private names would be visible' % (members, MEMBERS))
    report.finish('exported names')


main()
