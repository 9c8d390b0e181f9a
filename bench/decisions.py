#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How long a program takes to decide, when it is loaded, where its locals
live.

  bench/decisions.py [--escc build/bin/escc] [--units 150] [--functions 14]
                     [--runs 21]

Makes a program of UNITS units with FUNCTIONS functions each, about as large as
bash, in which every other function gives a local's address to two functions of
other units.  Prints a Markdown table with medians: the runtime's own figure
(ESCC_DEBUG=decisions=1), and the processor time of the whole process, beside
that of the same program without decisions.  Where other programs run, the
least values mean more.
"""
import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile


def parse():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--escc', default=os.path.join(here, '../build/bin/'
                                                       'escc'))
    parser.add_argument('--units', type=int, default=150)
    parser.add_argument('--functions', type=int, default=14)
    parser.add_argument('--runs', type=int, default=21)
    return parser.parse_args()


def unit(number, units, functions):
    """Functions hand on their argument, or have a local of their own; one in
    50 keeps it."""
    pick = random.Random(number)
    out = []
    for i in range(functions):
        others = []
        while len(others) < 2:
            other = pick.randrange(units)
            if other != number:
                others.append('f_%d_%d' % (other, pick.randrange(functions)))
        out += ['int %s(int *, int);' % other for other in others]
        if i % 2:
            body = 'int x = n; return n ? %s(&x, n - 1) + %s(&x, n - 1) + ' \
                   '*p : x;' % tuple(others)
        elif pick.randrange(50) == 0:
            out.append('static int *kept_%d;' % i)
            body = 'kept_%d = p; return n + *kept_%d;' % (i, i)
        else:
            body = 'return n ? %s(p, n - 1) + %s(p, n - 1) : *p;' \
                   % tuple(others)
        out.append('int f_%d_%d(int *p, int n) { %s }' % (number, i, body))
    if number == 0:
        out.append('int main(void) { int x = 1; return f_0_0(&x, 0) < 0; }')
    return '\n'.join(out) + '\n'


def build(escc, folder, units, functions):
    objects = []
    for i in range(units):
        source = os.path.join(folder, 'u%d.c' % i)
        with open(source, 'w') as f:
            f.write(unit(i, units, functions))
        objects.append(source[:-1] + 'o')
        subprocess.check_call([escc, '-O1', '-c', source, '-o', objects[-1]])
    with_them = os.path.join(folder, 'decides')
    without = os.path.join(folder, 'plain')
    subprocess.check_call([escc, '-o', with_them] + objects)
    # A link in which names may stand for something else has no decisions.
    subprocess.check_call([escc, '-z', 'muldefs', '-o', without] + objects)
    return with_them, without


def decide(program):
    """The runtime's last line, which counts and ends in how long it took."""
    done = subprocess.run([program], stderr=subprocess.PIPE, text=True,
                          env=dict(os.environ, ESCC_DEBUG='decisions=1'))
    if done.returncode:
        sys.exit('failed: ' + program)
    line = done.stderr.strip().split('\n')[-1]
    return line, int(re.search(r'(\d+) us$', line).group(1))


def process_time(program):
    """Milliseconds of processor time of one process, of 50: the system counts
    in ticks of 10 ms."""
    before = os.times()
    subprocess.check_call('i=0; while [ $i -lt 50 ]; do "%s"; i=$((i+1)); '
                          'done' % program, shell=True)
    after = os.times()
    return 20 * (after[2] - before[2] + after[3] - before[3])


def main():
    args = parse()
    escc = os.path.abspath(args.escc)
    with tempfile.TemporaryDirectory() as folder:
        programs = build(escc, folder, args.units, args.functions)
        lines = [decide(programs[0]) for _ in range(args.runs)]
        times = [[process_time(p) for p in programs]
                 for _ in range(args.runs)]
    figures = [line[1] for line in lines]
    print(re.sub(', [^,]*$', '', lines[0][0]))
    print('\n| | median | least |\n|---|---:|---:|')
    print('| deciding, us | %d | %d |'
          % (statistics.median(figures), min(figures)))
    for name, column in zip(('with', 'without'), zip(*times)):
        print('| process %s decisions, ms | %.2f | %.2f |'
              % (name, statistics.median(column), min(column)))


if __name__ == '__main__':
    main()
