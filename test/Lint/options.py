# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every option of escc is in docs/escc.1 and every variable and word of the
runtime in docs/escc-runtime.7, with the default that the code has."""
import re
import sys

import lintlib

ROW = re.compile(r'^(TOPIC|ROW)\("([^"]*)"')
OPTION = re.compile(r'^ESCC_OPTION\("([a-z-]+)"')
KNOB = re.compile(r'^(ENV|DEBUG)\((\w+),\s*\w+,\s*(\w+),\s*(-?\w+)', re.M)

# What stands for 0 where values are no numbers.
DEFAULTS = {'SIZE': 'auto', 'LIMIT': 'auto', 'FOLDER': 'none'}


def page(root, name):
    text = '\n'.join(lintlib.lines(root, name))
    return text.replace('\\-', '-').replace('\\', '')


def without_value(words):
    return re.match(r'[\w-]*', words).group(0)


def check_help(root, report, options, variables):
    """help.def against the option table, the manual page's entries and the
    runtime's variables."""
    table = 'tool/driver/help.def'
    rows, topic = {}, None
    for number, line in enumerate(lintlib.lines(root, table), 1):
        for kind, words in ROW.findall(line):
            if kind == 'TOPIC':
                topic = words
                rows[topic] = set()
            else:
                rows[topic].add(without_value(words))
    manual = page(root, 'docs/escc.1')
    parts = {'options': 'OPTIONS', 'environment': 'ENVIRONMENT'}
    for topic, part in parts.items():
        text = manual.split('.SH %s\n' % part)[1].split('\n.SH ')[0]
        entries = {without_value(e) for e in re.findall(
            r'(?m)^\.TP\n\.\w+ "?([\w-]+)', text)}
        for name in entries ^ rows[topic]:
            report.problem(table, 1, '%s is not both there and in %s of '
                           'docs/escc.1' % (name, part))
        report.looked(len(entries))
    for name in options - rows['options']:
        report.problem(table, 1, '%s is not there' % name)
    for name in variables ^ rows['programs']:
        report.problem(table, 1, '%s is not both there and in the runtime'
                       % name)
    for topic in rows:
        report.looked()
        if not re.search(r'(?m)^\.B %s\n' % topic, manual):
            report.problem('docs/escc.1', 1, 'no topic %s' % topic)


def main():
    options, variables = set(), {'ESCC_DEBUG'}
    root, report = sys.argv[1], lintlib.Report()
    manual = page(root, 'docs/escc.1')
    table = 'tool/driver/optab.def'
    for number, line in enumerate(lintlib.lines(root, table), 1):
        for name in OPTION.findall(line):
            report.looked()
            options.add(name)
            if not re.search(r'^\.\w+ "?%s\b' % name, manual, re.M):
                report.problem(table, number,
                               '%s is not in docs/escc.1' % name)
    manual = page(root, 'docs/escc-runtime.7')
    table = 'runtime/base/rt_options.def'
    for macro, name, kind, default in KNOB.findall(
            '\n'.join(lintlib.lines(root, table))):
        report.looked()
        shown = 'ESCC_' + name if macro == 'ENV' else name
        if macro == 'ENV':
            variables.add(shown)
        entry = next((e for e in re.split(r'(?m)^\.TP\n', manual)
                      if re.match(r'\.\w+ "?%s\b' % shown, e)), '')
        said = re.search(r'[Dd]efault:? ([^.,;\s]+)', entry)
        if not said:
            report.problem(table, 1, '%s is not in docs/escc-runtime.7 with '
                           'its default' % shown)
        elif said.group(1) != DEFAULTS.get(
                kind, re.sub('RT_(FREE|FOREIGN|LOCALS)_', '', default).lower()):
            report.problem('docs/escc-runtime.7', 1, '%s: default %s, in the '
                           'code %s' % (shown, said.group(1), default))
    check_help(root, report, options, variables)
    report.finish('options and variables')


main()
