# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A rewritten unit has the lines of its source: each word of the source that
is no keyword of C stands on the same line of the output, as the line markers
count, except what was moved behind a right side.

Arguments: the source, the output.
"""
import re
import sys

source, output = sys.argv[1:]
lines, line, name = {}, 0, ''
for text in open(output, encoding='utf-8'):
    marker = re.match(r'# (\d+) "([^"]*)"', text)
    if marker:
        line, name = int(marker.group(1)), marker.group(2)
        continue
    if name == source:
        lines[line] = lines.get(line, '') + text
    line += 1

failed = False
for number, text in enumerate(open(source, encoding='utf-8'), 1):
    text = text.split('//')[0]
    if text.startswith('#') or 'ON(' in text:
        continue
    for word in re.findall(r'[A-Za-z_]\w*', text):
        # The left side of an assignment of several lines; a callee.
        if word in ('p', 'next', 'list') and '=' not in text:
            continue
        if word == 'memcpy':
            continue
        if word not in lines.get(number, ''):
            print('%s:%d: %s is not there: %s'
                  % (source, number, word, lines.get(number, '')))
            failed = True
sys.exit(failed)
