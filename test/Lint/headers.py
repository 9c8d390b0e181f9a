# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Each public header compiles alone, twice in a row, as C89, C11 and C++.

Arguments: the source root, then the C compilers to try (clang-19, gcc).
"""
import os
import subprocess
import sys
import tempfile

import lintlib

DIALECTS = [('c', '-std=c89'), ('c', '-std=c11'), ('c++', '-std=c++98'),
            ('c++', '-std=c++17')]
# long long is what uint64_t is on some systems; C89 and C++98 lack it.
STRICT = ['-Wall', '-Wextra', '-Wpedantic', '-Werror', '-Wno-long-long',
          '-fsyntax-only']


def main():
    root, compilers, report = sys.argv[1], sys.argv[2:], lintlib.Report()
    headers = lintlib.files(root, ['include'], ['.h'])
    with tempfile.TemporaryDirectory() as work:
        for header in headers:
            name = os.path.relpath(header, 'include')
            for language, dialect in DIALECTS:
                unit = os.path.join(work, 'unit.' + language)
                with open(unit, 'w') as handle:
                    handle.write('#include <%s>\n' % name * 2
                                 + 'int unit_is_not_empty;\n')
                for compiler in compilers:
                    report.looked()
                    done = subprocess.run(
                        [compiler, '-x', language, dialect] + STRICT
                        + ['-I', os.path.join(root, 'include'), unit],
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                    if done.returncode:
                        report.problem(header, 1, '%s %s:\n%s' % (
                            compiler, dialect, done.stdout.decode()))
    report.finish('compilations')


main()
