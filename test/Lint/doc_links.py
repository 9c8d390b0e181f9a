# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every link in the Markdown files leads somewhere, and so does every path of
this repository that a document, a comment or a message names.

usage: doc_links.py ROOT [installed]    installed: ROOT holds documents alone
"""
import os
import re
import sys

import lintlib

LINK = re.compile(r'(?<!!)\[[^\]]*\]\(([^)\s]+)\)')
NAMED = re.compile(
    r'(?<![\w/.$}-])'
    r'(?:docs|tool|runtime|include/escc|test|bench|cmake|examples)/[\w/-]+'
    r'\.(?:md|[chS17]|def|py|sh|tags|pml|test|cmake)\b')
# They name files of other programs, and files that shall not be there.
ELSEWHERE = ('test/programs/', 'test/Lint/finds.test')
HEADING = re.compile(r'(#+)\s+(.*)')


def anchors(root, path):
    """The names that Markdown renderers give to the headings."""
    found = set()
    for line in lintlib.lines(root, path):
        match = HEADING.fullmatch(line.rstrip())
        if match:
            text = re.sub(r'[`*]|\[|\]\([^)]*\)', '', match.group(2)).lower()
            found.add(re.sub(r'[^\w\- ]', '', text).replace(' ', '-'))
    return found


def check_links(root, report, path):
    in_code = False
    for number, line in enumerate(lintlib.lines(root, path), 1):
        if line.lstrip().startswith('```'):
            in_code = not in_code
        if in_code:
            continue
        for target in LINK.findall(line):
            report.looked()
            if re.match(r'[a-z]+:', target):
                continue
            name, _, anchor = target.partition('#')
            there = (os.path.normpath(os.path.join(os.path.dirname(path),
                                                   name)) if name else path)
            if not os.path.exists(os.path.join(root, there)):
                report.problem(path, number, 'no file %s' % there)
            elif anchor and anchor not in anchors(root, there):
                report.problem(path, number, 'no heading #%s in %s'
                               % (anchor, there))


def main():
    root, report = sys.argv[1], lintlib.Report()
    if sys.argv[2:] == ['installed']:
        for folder, _, names in os.walk(root):
            for name in names:
                if name.endswith('.md'):
                    check_links(root, report, os.path.relpath(
                        os.path.join(folder, name), root))
        report.finish('links')
        return
    documents = lintlib.files(root, ['.', 'docs', 'runtime', 'tool', 'test',
                                     'bench'], ['.md'])
    for path in documents:
        check_links(root, report, path)
    sources = lintlib.files(
        root, ['.', 'cmake', 'tool', 'runtime', 'include', 'examples',
               'bench', 'test'],
        ['.c', '.h', '.def', '.S', '.py', '.sh', '.test', '.tags', '.in'])
    for path in sources + documents:
        if path.startswith(ELSEWHERE):
            continue
        for number, line in enumerate(lintlib.lines(root, path), 1):
            for name in NAMED.findall(line):
                report.looked()
                if not os.path.exists(os.path.join(root, name)):
                    report.problem(path, number, 'no file %s' % name)
    report.finish('links')


main()
