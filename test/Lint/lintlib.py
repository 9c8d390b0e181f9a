# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the lint scripts share: the list of files, and the way to report.

A lint script is run by a .test file with the source root as its argument,
prints one `file:line: problem` per finding and exits 1 if there was one.  It
also fails when it looked at nothing, so that a moved folder is noticed.
"""
import os
import sys

# Build trees, caches and version control; nothing of ours lives there.
PRUNED = ('.git', '__pycache__', 'Output')


def files(root, folders, endings):
    """Paths relative to root, sorted, below one of the folders ('.': the
    files directly in root), with one of the name endings."""
    found = []
    for folder in folders:
        for where, inner, names in os.walk(os.path.join(root, folder)):
            inner[:] = [] if folder == '.' else sorted(
                i for i in inner if i not in PRUNED)
            found += [os.path.relpath(os.path.join(where, n), root)
                      for n in names if n.endswith(tuple(endings))]
    return sorted(found)


def lines(root, path):
    with open(os.path.join(root, path), encoding='utf-8') as handle:
        return handle.read().split('\n')


class Report:
    def __init__(self):
        self.problems = 0
        self.seen = 0

    def looked(self, count=1):
        self.seen += count

    def problem(self, path, line, text):
        print('%s:%d: %s' % (path, line, text))
        self.problems += 1

    def finish(self, what):
        if not self.seen:
            print('nothing to check: no %s found' % what)
            sys.exit(1)
        print('%d %s, %d problems' % (self.seen, what, self.problems))
        sys.exit(1 if self.problems else 0)
