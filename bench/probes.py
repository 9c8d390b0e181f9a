#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a configure script's question costs with escc and with the compiler
behind it, in processor time.

  bench/probes.py [--runs 9] [--cc clang-19] ESCC

Prints the least and the median of each in milliseconds, and their ratios, for
a function, a type, headers, and a program with locals that have addresses.
"""
import argparse
import os
import resource
import statistics
import subprocess
import tempfile

HEADERS = ''.join('#include <%s.h>\n' % name for name in (
    'stdio', 'stdlib', 'string', 'inttypes', 'stdint', 'strings', 'sys/types',
    'sys/stat', 'unistd'))
PROBES = {
    'function': '#define puts innocuous_puts\n#include <limits.h>\n'
                '#undef puts\nchar puts ();\n'
                'int main (void)\n{\nreturn puts ();\n  ;\n  return 0;\n}\n',
    'type': HEADERS + 'int main (void)\n{\nstatic int test_array '
            '[1 - 2 * !(((long int) (sizeof (off_t))) >= 0)];\n'
            'test_array [0] = 0;\nreturn test_array [0];\n}\n',
    'headers': HEADERS + '#include <sys/socket.h>\n',
    'addresses': '#include <string.h>\n#include <sys/types.h>\n'
                 '#include <sys/socket.h>\n#include <netdb.h>\n'
                 'int main(void)\n{\n  struct addrinfo hints, *ai = 0;\n'
                 '  memset(&hints, 0, sizeof(hints));\n'
                 '  return getaddrinfo("127.0.0.1", 0, &hints, &ai) || !ai;\n'
                 '}\n',
}


def costs(command, runs):
    found = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(1000 * (after.ru_utime - before.ru_utime +
                             after.ru_stime - before.ru_stime))
    return min(found), statistics.median(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse
                                     .RawDescriptionHelpFormatter)
    parser.add_argument('escc')
    parser.add_argument('--runs', type=int, default=9)
    parser.add_argument('--cc', default='clang-19')
    chosen = parser.parse_args()
    escc = os.path.abspath(chosen.escc)
    os.environ['ESCC_CC'] = chosen.cc
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, text in PROBES.items():
            with open(name + '.c', 'w') as handle:
                handle.write(text)
            for mode in ('-c',) if name == 'headers' else ('-c', '-o'):
                words = ['-g', '-O2', name + '.c'] + (
                    ['-c'] if mode == '-c' else ['-o', 'a.out'])
                plain = costs([chosen.cc] + words, chosen.runs)
                ours = costs([escc] + words, chosen.runs)
                print('%-10s %-4s %s %6.1f %6.1f  escc %6.1f %6.1f  '
                      'ratio %.2f %.2f' % (
                          name, 'link' if mode == '-o' else mode, chosen.cc,
                          *plain, *ours, ours[0] / plain[0],
                          ours[1] / plain[1]), flush=True)


main()
