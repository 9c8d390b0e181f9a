# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The identifiers of escc's messages and docs/diagnostics.md say the same.

An identifier is a string literal "escc-…" in tool/.  A file name or option
that looks like one stands in NOT_IDS.
"""
import re
import sys

import lintlib

ID = re.compile(r'"(escc-[a-z][a-z0-9-]*)"')
NOT_IDS = {'escc-rewrite', 'escc-clang'}


def main():
    root, report = sys.argv[1], lintlib.Report()
    used = {}
    for path in lintlib.files(root, ['tool'], ['.c', '.h', '.def']):
        for number, line in enumerate(lintlib.lines(root, path), 1):
            for name in ID.findall(line):
                if name not in NOT_IDS:
                    used.setdefault(name, (path, number))
    page = 'docs/diagnostics.md'
    described = {}
    for number, line in enumerate(lintlib.lines(root, page), 1):
        match = re.fullmatch(r'##+ `?(escc-[a-z0-9-]+)`?', line.strip())
        if match:
            described[match.group(1)] = number
    report.looked(len(used))
    for name in sorted(set(used) - set(described)):
        report.problem(*used[name], '"%s" has no entry in %s' % (name, page))
    for name in sorted(set(described) - set(used)):
        report.problem(page, described[name], '%s: no message has this '
                       'identifier' % name)
    report.finish('identifiers')


main()
