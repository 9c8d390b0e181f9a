# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The outward shape of every source file: licence line, length, columns, no
notes about work that is left to do.

700 lines is where a file should have become two.  The programs' recipes, the
conformance runners and libc.tags are tables of commands, of program text and
of function names; they may be wider.
"""
import re
import sys

import lintlib

# Spelled so that this file does not find itself.
LEFT_OVER = re.compile(r'\b(TO' r'DO|FIX' r'ME|XX' r'X)\b')
SPDX = 'SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception'
SOURCES = ['.c', '.h', '.def', '.S', '.py', '.py.in', '.cfg.py', '.sh',
           '.cmake', 'CMakeLists.txt', '.tags', '.lua', '.sql', '.go']
FOLDERS = ['.', 'cmake', 'tool', 'runtime', 'include', 'examples', 'bench',
           'test']
# Inputs of tests: their exact text is what is tested.
INPUTS = tuple('test/%s/' % suite for suite in (
    'Bench', 'Driver', 'Environment', 'Escape', 'Rewrite', 'Diag', 'Runtime',
    'Stress', 'Interop'))
WIDE = ('test/conformance/', 'test/programs/', 'tool/rewrite/escape/libc.tags')
MAX_LINES, MAX_COLUMNS, MAX_WIDE = 700, 80, 300


def main():
    root, report = sys.argv[1], lintlib.Report()
    for path in lintlib.files(root, FOLDERS, SOURCES):
        text = lintlib.lines(root, path)
        report.looked()
        if path.startswith(INPUTS) and path.endswith(('.c', '.h', '.S')):
            continue
        if not any(SPDX in line for line in text[:2]):
            report.problem(path, 1, 'no line "%s" at the top' % SPDX)
        if len(text) - 1 > MAX_LINES and not path.startswith(WIDE):
            report.problem(path, len(text) - 1, 'more than %d lines'
                           % MAX_LINES)
        most = MAX_WIDE if path.startswith(WIDE) else MAX_COLUMNS
        for number, line in enumerate(text, 1):
            if len(line) > most:
                report.problem(path, number, '%d columns (at most %d)'
                               % (len(line), most))
            if LEFT_OVER.search(line):
                report.problem(path, number, 'a note about work to do')
            if line != line.rstrip():
                report.problem(path, number, 'space at the end of the line')
            if '\t' in line and path.endswith(('.c', '.h', '.py')):
                report.problem(path, number, 'tab')
    report.finish('files')


main()
