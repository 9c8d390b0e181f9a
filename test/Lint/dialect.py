# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One way of writing, where there are several as good.

In the sources of the runtime and the tools:

  - a variable is declared where it is first used: a block does not begin
    with declarations and a blank line;
  - null pointers are tested by `!p` and `p`.  A value of 0 or 1 that is
    needed as such may be a comparison: in __builtin_expect, after |=;
  - && and || stand at the end of a line, ? and : at its beginning;
  - a ruler in the first column is 80 columns wide.
"""
import re
import sys

import lintlib

NULL_TEST = re.compile(r'[!=]= NULL\b')
VALUE = re.compile(r'__builtin_expect\([^=!]*[!=]= NULL|\|=')
LEADING = re.compile(r'\s+(&&|\|\|)\s')
TRAILING = re.compile(r'.*\S \?$|.*[^\s] :$')
TYPE = re.compile(r'\s*(typedef )?(struct|union)\b[^()]*\{')
RULER = re.compile(r'/\* ---- .*-- \*/$')
DECLARATION = re.compile(
    r'\s+(const |unsigned |static |struct |enum |volatile )*'
    r'\w+ [\w*][^()]*;$|\s+[\w ]+ \**\w+ = .*;$')


def code_lines(root, path):
    """Lines with their comments blanked out."""
    text = '\n'.join(lintlib.lines(root, path))
    blank = re.sub(r'/\*.*?\*/',
                   lambda m: re.sub(r'[^\n]', ' ', m.group()), text,
                   flags=re.S)
    return text.split('\n'), blank.split('\n')


def check(root, report, path):
    whole, code = code_lines(root, path)
    for number, line in enumerate(code, 1):
        if NULL_TEST.search(line) and not VALUE.search(line):
            report.problem(path, number, 'a null test by comparison')
        if LEADING.match(line):
            report.problem(path, number, 'an operator that begins a line')
        if TRAILING.match(line.rstrip()):
            report.problem(path, number, 'an operator that ends a line')
        if RULER.match(whole[number - 1]) and len(whole[number - 1]) != 80:
            report.problem(path, number, 'a ruler of %d columns'
                           % len(whole[number - 1]))
    at = 0
    while at + 2 < len(code):
        begins = (code[at].rstrip().endswith('{') and '=' not in code[at]
                  and not TYPE.match(code[at]))
        at += 1
        end = at
        while begins and DECLARATION.match(code[end].rstrip()):
            end += 1
        if begins and end > at and not whole[end].strip():
            report.problem(path, end, 'declarations apart from their use')


def main():
    root, report = sys.argv[1], lintlib.Report()
    for path in lintlib.files(root, ['runtime', 'tool', 'include'],
                              ['.c', '.h']):
        report.looked()
        check(root, report, path)
    report.finish('files')


main()
