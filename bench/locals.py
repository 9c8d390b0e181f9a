#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Which locals of a built program are on the heap when it runs, and why.

  bench/locals.py [--tables build/bin/escc-tables] [--except PATTERN]...
                  [--most 20] [--list] REPORTS PROGRAM [LIBRARY...]

REPORTS is the folder that the program was compiled with:

  make CC="escc -fescc-report-dir=/tmp/reports"
  bench/locals.py /tmp/reports ./program

The units' reports say how many locals have their address taken and which of
them are on the heap whatever others do; escc-tables says what becomes of those
that are decided when the program is loaded.  --except leaves out sources that
belong to other programs of the build, by a pattern of the shell for the name
as it was compiled (`lib/*/test*.c`, `luac.c`).  A source that was compiled
several times, for a library with and without -fPIC, counts once.  --list
prints each local.

Printed is a Markdown table with one row, and one of reasons: where the flow of
the address ends.
"""
import argparse
import collections
import fnmatch
import json
import os
import re
import subprocess
import sys


def parse():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--tables', metavar='PROGRAM', default=os.path.join(
        here, '../build/bin/escc-tables'))
    parser.add_argument('--except', dest='left_out', metavar='PATTERN',
                        action='append', default=[])
    parser.add_argument('--most', type=int, default=20,
                        help='rows of reasons')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('reports')
    parser.add_argument('program', nargs='+')
    return parser.parse_args()


def units(folder, left_out):
    """The documents of each unit's report, header first; one per source."""
    found = {}
    for name in sorted(os.listdir(folder)):
        if not name.endswith('.jsonl'):
            continue
        with open(os.path.join(folder, name), encoding='utf-8') as report:
            lines = [json.loads(line) for line in report]
        source = lines[0]['file']
        if not any(fnmatch.fnmatch(source, p) for p in left_out):
            found[os.path.normpath(os.path.join(lines[0]['directory'],
                                                source))] = lines
    return found.values()


CAUSE = re.compile(r'from (.*) \(([a-z ]+)\)$', re.S)


def callee(call):
    """What a call's text calls: a function, or a pointer without the object
    that it is in."""
    depth = 0
    for at in range(len(call) - 1, -1, -1):     # the last argument list
        depth += {')': 1, '(': -1}.get(call[at], 0)
        if not depth:
            break
    name = call[:at].strip()
    while name.startswith('(') and name.endswith(')'):
        name = name[1:-1].lstrip('*')
    return re.sub(r'^.*(->|\.)(?=\w+\W*$)', '.', name, flags=re.S)


def ending(entry):
    """Where a flow ends: the last thing that is said about it."""
    steps = [step['message'].strip()
             for step in entry['relatedInformation']]
    cause = next((c for c in map(CAUSE.match, reversed(steps)) if c), None)
    if not cause:
        return ''
    text, kind = cause.groups()
    if kind == 'call parameter':
        return callee(text)
    if kind == 'assign':
        target = re.sub(r'^.*(->|\.)(?=\w)', '.', text.split(' = ')[0])
        return target + ' ='
    return text if kind != 'return' else ''


def always(lines):
    """The locals of a unit that are on the heap whatever others do."""
    for entry in lines[1:]:
        if (entry['code'] == 'moved-to-heap' and
                'decided at load' not in entry['message']):
            data = entry['data']
            yield ('%s:%d: %s: %s' % (data['file'],
                                      entry['range']['start']['line'] + 1,
                                      data['function'], data['object']),
                   data['reason'], ending(entry))


def decided(tables, programs):
    """(local, reason) of each that is decided; the reason is None if it is in
    its frame."""
    done = subprocess.run([tables] + programs, stdout=subprocess.PIPE,
                          text=True)
    if done.returncode:
        sys.exit(1)             # it has said why
    for line in done.stdout.splitlines():
        found = re.match(r'(.*?:\d+: \w+: \w+): (frame|heap)(?:: (.*))?$',
                         line)
        if found:
            yield found[1], found[3] if found[2] == 'heap' else None


def main():
    args = parse()
    taken, reasons, named = 0, collections.Counter(), []
    for lines in units(args.reports, args.left_out):
        taken += lines[0]['totals']['taken']
        for local, reason, by in always(lines):
            reasons[(reason, by)] += 1
            named.append((local, reason + (': ' + by if by else '')))
    if not taken:
        sys.exit('no reports of locals: ' + args.reports)
    fixed = len(named)
    frames = 0
    for local, reason in decided(args.tables, args.program):
        if reason is None:
            frames += 1
            continue
        reason = re.sub(r', by way of .*', '', reason)
        reasons[('decided', reason)] += 1
        named.append((local, reason))
    if args.list:
        for local, reason in named:
            print('%s: %s' % (local, reason))
        return
    print('| taken | always | decided: frame | decided: heap | share |\n'
          '|---:|---:|---:|---:|---:|\n| %d | %d | %d | %d | %.1f %% |\n'
          % (taken, fixed, frames, len(named) - fixed,
             100 * len(named) / taken))
    print('| locals | reason | by |\n|---:|---|---|')
    for (reason, by), count in reasons.most_common(args.most):
        print('| %d | %s | %s |' % (count, reason, '`%s`' % by if by else ''))


if __name__ == '__main__':
    main()
