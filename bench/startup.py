#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What escc costs before a program does anything, compared with the compiler
behind it: start-up time of a program, time of a compilation and of the
probes that build systems make, size of the runtime in a program.

  bench/startup.py [--escc build/bin/escc] [--cc clang-19] [--runs 21]

Prints a Markdown table (docs/status.md has such tables) with the medians of
wall clock and processor time of the whole process and its children; the two
compilers take turns, so that a change of the machine's load reaches both.
Where other programs run, only the processor time means something.  The
processes are started by a small C launcher (posix_spawn and wait4), because
Python's own process start costs more than what is measured.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

LAUNCHER = r'''
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
extern char **environ;
int main(int argc, char **argv)
{
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    for (int fd = 0; fd < 3; fd++)
        posix_spawn_file_actions_addopen(&quiet, fd, "/dev/null", O_RDWR, 0);
    struct timespec begin, end;
    struct rusage used;
    pid_t child;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    if (argc < 2 || posix_spawnp(&child, argv[1], &quiet, NULL, argv + 1,
                                 environ)) return 2;
    if (wait4(child, &status, 0, &used) != child) return 2;
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (!WIFEXITED(status) || WEXITSTATUS(status)) return 1;
    printf("%.3f %.3f\n", (end.tv_sec - begin.tv_sec) * 1e3
           + (end.tv_nsec - begin.tv_nsec) / 1e6,
           (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3
           + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3);
    return 0;
}
'''
EMPTY = 'int main(void) { return 0; }\n'
HELLO = ('#include <stdio.h>\n#include <stdlib.h>\n'
         'int main(void)\n{\n    char *text = malloc(32);\n'
         '    snprintf(text, 32, "hello");\n    return puts(text) < 0;\n}\n')


def parse():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--escc', default=os.path.join(here, '../build/bin/'
                                                       'escc'))
    parser.add_argument('--cc', default='clang-19')
    parser.add_argument('--runs', type=int, default=21)
    return parser.parse_args()


def milliseconds(launcher, command):
    """Wall clock, processor time."""
    done = subprocess.run([launcher] + command, stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit('failed: ' + ' '.join(command))
    return [float(word) for word in done.stdout.split()]


def row(title, launcher, runs, plain, ours):
    times = ([], [])
    for _ in range(runs):
        for kept, command in zip(times, (plain, ours)):
            kept.append(milliseconds(launcher, command))
    (wall, cpu), (our_wall, our_cpu) = (
        [statistics.median(column) for column in zip(*t)] for t in times)
    print('| %s | %.2f / %.2f | %.2f / %.2f | %.2f / %.2f |' % (
        title, wall, cpu, our_wall, our_cpu, our_wall / wall,
        our_cpu / cpu))


def text_bytes(program):
    """Code and data as `size` counts them, without debug information."""
    listed = subprocess.run(['size', '-B', program], check=True, text=True,
                            stdout=subprocess.PIPE).stdout.split('\n')[1]
    text, data, bss = (int(n) for n in listed.split()[:3])
    return text, data, bss


def main():
    args = parse()
    escc = os.path.abspath(args.escc)
    work = tempfile.mkdtemp()
    try:
        def path(name):
            return os.path.join(work, name)
        for name, text in (('launcher.c', LAUNCHER), ('empty.c', EMPTY),
                           ('hello.c', HELLO)):
            with open(path(name), 'w') as handle:
                handle.write(text)
        launcher = path('launcher')
        subprocess.run([args.cc, '-O2', path('launcher.c'), '-o', launcher],
                       check=True)
        for compiler, suffix in ((args.cc, '.plain'), (escc, '.escc')):
            for name in ('empty', 'hello'):
                subprocess.run([compiler, '-O2', path(name + '.c'), '-o',
                                path(name + suffix)], check=True)
        print('| ms: wall / processor, medians of %d | %s | escc | ratio |'
              % (args.runs, args.cc))
        print('|---|---|---|---|')
        for name in ('empty', 'hello'):
            row('run %s.c' % name, launcher, args.runs,
                [path(name + '.plain')], [path(name + '.escc')])
        for title, words in (
                ('--version', ['--version']),
                ('-E hello.c', ['-E', path('hello.c')]),
                ('-c -O2 hello.c', ['-c', '-O2', path('hello.c'), '-o',
                                    path('hello.o')]),
                ('hello.c -o hello', [path('hello.c'), '-o', path('hello')])):
            row(title, launcher, args.runs, [args.cc] + words, [escc] + words)
        plain, ours = (text_bytes(path('hello' + s))
                       for s in ('.plain', '.escc'))
        print('\nThe runtime in hello.c: %d bytes of text, %d of data, '
              '%d of bss' % tuple(o - p for o, p in zip(ours, plain)))
    finally:
        shutil.rmtree(work)


main()
