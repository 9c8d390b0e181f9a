# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every option of escc is in docs/escc.1 and every variable and word of the
runtime in docs/escc-runtime.7, with the default that the code has."""
import re
import sys

import lintlib

OPTION = re.compile(r'^ESCC_OPTION\("([a-z-]+)"')
KNOB = re.compile(r'^(ENV|DEBUG)\((\w+),\s*\w+,\s*(\w+),\s*(-?\d+)', re.M)

# What stands for 0 where values are no numbers.
DEFAULTS = {'SIZE': 'auto', 'LIMIT': 'auto', 'FOLDER': 'none'}


def page(root, name):
    text = '\n'.join(lintlib.lines(root, name))
    return text.replace('\\-', '-').replace('\\', '')


def main():
    root, report = sys.argv[1], lintlib.Report()
    manual = page(root, 'docs/escc.1')
    table = 'tool/driver/optab.def'
    for number, line in enumerate(lintlib.lines(root, table), 1):
        for name in OPTION.findall(line):
            report.looked()
            if not re.search(r'^\.\w+ "?%s\b' % name, manual, re.M):
                report.problem(table, number,
                               '%s is not in docs/escc.1' % name)
    manual = page(root, 'docs/escc-runtime.7')
    table = 'runtime/base/rt_options.def'
    for macro, name, kind, default in KNOB.findall(
            '\n'.join(lintlib.lines(root, table))):
        report.looked()
        shown = 'ESCC_' + name if macro == 'ENV' else name
        entry = next((e for e in re.split(r'(?m)^\.TP\n', manual)
                      if re.match(r'\.\w+ "?%s\b' % shown, e)), '')
        said = re.search(r'[Dd]efault:? ([^.,;\s]+)', entry)
        if not said:
            report.problem(table, 1, '%s is not in docs/escc-runtime.7 with '
                           'its default' % shown)
        elif said.group(1) != DEFAULTS.get(
                kind, default.replace('RT_FREE_', '').lower()):
            report.problem('docs/escc-runtime.7', 1, '%s: default %s, in the '
                           'code %s' % (shown, said.group(1), default))
    report.finish('options and variables')


main()
