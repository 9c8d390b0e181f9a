# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the runtime calls of other objects stands in runtime/undefined.txt.

A program may define a function of the C library, and its own must not run
while threads are stopped.  A name in the list that nobody uses is an error,
too, but for those with a `?`, which some compilers call.  Weak references are
left out: these are looked up, not called by name (runtime/base/rt_real.c).

Arguments: the source root, the archive, the shared object.
"""
import subprocess
import sys
import tempfile

import lintlib

LIST = 'runtime/undefined.txt'
# What compilers, linkers and the instrumentation of builds add, and what stands
# in a shared object for names of the list.
MADE = ('__cxa_atexit', '__environ', '__register_atfork',
        '__asan_', '__ubsan_', '__stack_chk_fail', '__gmon_start__',
        '__cxa_finalize', '_ITM_', '__tls_get_addr')


def undefined(words):
    listed = subprocess.run(['nm', '-P'] + words, stdout=subprocess.PIPE,
                            check=True, text=True)
    found = set()
    for line in listed.stdout.split('\n'):
        fields = line.split()
        if len(fields) > 1 and fields[1] == 'U':
            found.add(fields[0].partition('@')[0])
    return found


def main():
    root, archive, shared = sys.argv[1:]
    report = lintlib.Report()
    allowed, optional = {}, set()
    for number, line in enumerate(lintlib.lines(root, LIST), 1):
        for name in line.partition('#')[0].split():
            allowed[name.rstrip('?')] = number
            if name.endswith('?'):
                optional.add(name.rstrip('?'))
    member = subprocess.run(['ar', 'p', archive, 'esccrt.o'],
                            stdout=subprocess.PIPE, check=True).stdout
    with tempfile.NamedTemporaryFile(suffix='.o') as file:
        file.write(member)
        file.flush()
        of_archive = undefined([file.name])
    for name in sorted(of_archive | undefined(['-D', shared])):
        report.looked(1)
        if name not in allowed and not name.startswith(MADE):
            report.problem(LIST, 1, '%s is called, and not in the list' % name)
    for name in sorted(set(allowed) - of_archive - optional):
        report.problem(LIST, allowed[name], '%s is not called' % name)
    report.finish('names of other objects')


main()
