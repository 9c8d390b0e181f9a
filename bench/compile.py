#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How long escc compiles, compared with the compiler behind it.

  bench/compile.py [--escc build/bin/escc] [--cc clang-19] [--rounds 5]
                   [--levels -O0,-O2] [--former ESCC] NAME=SOURCE...

SOURCE is a C file, or a folder all of whose .c files are compiled one after
the other (`sqlite3=sqlite3.c lua=lua-5.4.4/src`).  Words after a colon are
options: `lua=src:-DLUA_USE_LINUX:-Wall`.  The two compilers take turns,
file by file.  Printed is a Markdown table with the medians of processor time
(user and system, of all processes) and of wall clock, in seconds, and of the
ratio within a round, which a change of the machine's load hardly reaches; the
last row of a level is all sources together.

With --former the escc of another build, in front of the same compiler, takes
the compiler's place in the comparison.
"""
import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time


def compile_file(compiler, level, path, options, folder):
    """Processor time and wall clock of compiling a file, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(
        [compiler, level, *options, '-c', os.path.basename(path), '-o',
         os.path.join(folder, 'out.o')],
        cwd=os.path.dirname(path), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode:
        sys.exit('%s %s: %s' % (compiler, path, done.stderr.decode()))
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime
            + after.ru_stime - before.ru_stime), wall


def compile_all(compilers, level, files, options, folder):
    """The sums of all files, for each compiler; they take turns."""
    sums = [(0, 0) for _ in compilers]
    for path in files:
        for i, compiler in enumerate(compilers):
            one = compile_file(compiler, level, path, options, folder)
            sums[i] = (sums[i][0] + one[0], sums[i][1] + one[1])
    return sums


def source_files(path):
    path = os.path.abspath(path)
    if not os.path.isdir(path):
        return [path]
    return sorted(os.path.join(path, name) for name in os.listdir(path)
                  if name.endswith('.c'))


def row(name, level, plain, escc):
    processor = statistics.median(e[0] / p[0] for p, e in zip(plain, escc))
    wall = statistics.median(e[1] / p[1] for p, e in zip(plain, escc))
    cells = [statistics.median(times[i] for times in runs)
             for i in (0, 1) for runs in (plain, escc)]
    print('| %s | %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |'
          % (name, level, cells[0], cells[1], processor, cells[2], cells[3],
             wall), flush=True)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description='See the top of the file.')
    parser.add_argument('--escc', default=os.path.join(
        here, '..', 'build', 'bin', 'escc'))
    parser.add_argument('--cc', default='clang-19')
    parser.add_argument('--former')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--levels', default='-O0,-O2')
    parser.add_argument('sources', nargs='+', metavar='NAME=SOURCE')
    arguments = parser.parse_args()
    compilers = [os.path.abspath(arguments.former) if arguments.former
                 else arguments.cc, os.path.abspath(arguments.escc)]
    os.environ['ESCC_CC'] = arguments.cc
    print('| source | level | plain CPU | escc CPU | ratio | plain wall '
          '| escc wall | ratio |\n|---|---|---|---|---|---|---|---|')
    with tempfile.TemporaryDirectory() as folder:
        for level in arguments.levels.split(','):
            total = [[(0, 0)] * arguments.rounds for _ in compilers]
            for source in arguments.sources:
                name, _, rest = source.partition('=')
                path, *options = rest.split(':')
                files = source_files(path)
                runs = [[], []]
                for _ in range(arguments.rounds):
                    sums = compile_all(compilers, level, files, options,
                                       folder)
                    for i, one in enumerate(sums):
                        runs[i].append(one)
                row(name, level, *runs)
                total = [[(a[0] + b[0], a[1] + b[1]) for a, b in zip(x, y)]
                         for x, y in zip(total, runs)]
            if len(arguments.sources) > 1:
                row('all', level, *total)


if __name__ == '__main__':
    main()
