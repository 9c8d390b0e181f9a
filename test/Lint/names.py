# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What comments name exists.

A comment that sends its reader to a function or a file that is gone costs
more than none.  In the stacks of layers.py that are `told`, every comment is
searched for

  - files, by the ending of the name: one of ours has that name, or that path
    from the source root, from the stack or from the file's folder;
  - names, by a prefix that is the name of a file of the stack (mheap_, rt_),
    by the form of a constant, by `()` behind or by quotes around: some code
    has them;
  - tags, [inv.name].  A tag is stated once, where two spaces follow it, and
    is named somewhere else: in code, an assertion, a test or a document.
"""
import collections
import os
import re
import sys

import layers
import lintlib

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)
FILE = re.compile(r'(?<![\w<*./-])((?:[\w-]+/)*[\w-]+\.'
                  r'(?:c|h|S|def|py|pml|tags|test|txt|md))\b(?![\w>*-])')
TAG = re.compile(r'\[inv\.([a-z.]+)\]')
STATED = re.compile(r'\[inv\.([a-z.]+)\](?=  \S)')
# Of other projects: the kernel's sources, the C library's headers, Lua.
FOREIGN_FILES = ('arch/', 'sys/', 'linux/', 'asm/', 'features.h', 'lapi.c',
                 'sysexits.h')
# Of the user, in examples.
EXAMPLE_FILES = {'-x.c', 'file.h', 'list.c', 'x.c'}
# Of the C library, the kernel and the compilers, named for an explanation.
FOREIGN_NAMES = {'EX_SOFTWARE', 'FP_XSTATE_MAGIC1', 'MAP_SHARED_VALIDATE',
                 'PAGEMAP_SCAN', '__builtin_strdup', '__libc_malloc',
                 '__noreturn__', 'main', 'rt_sigprocmask'}
# A family of names that rewritten code has, by its number: code writes
# __escc_p%u for `__escc_pN_x`.
NUMBERED = re.compile(r'(__escc_[a-z])N(?:_x)?')
# Where tags may be named, and where no stack says in which form to state
# them.
NAMING = ['runtime', 'tool', 'include', 'docs', 'test']
FREE_FORM = ('test/Model/',)
# Families of names that begin otherwise than with the name of a file.
MORE_PREFIXES = {'runtime': ['pagealloc', 'fixalloc', 'sizeclass',
                             'persistent', 'wait', 'mwrap'],
                 'tool/rewrite': ['node', 'symbol', 'type', 'place', 'text',
                                  'diag', 'arena']}


def pieces(text):
    """(is a comment, line, text) of all parts of a source text."""
    at, number = 0, 1
    for match in COMMENT.finditer(text):
        yield False, number, text[at:match.start()]
        number += text.count('\n', at, match.start())
        comment = match.group()
        yield comment[0] == '/', number, comment
        number += comment.count('\n')
        at = match.end()
    yield False, number, text[at:]


def read(root, path):
    return '\n'.join(lintlib.lines(root, path))


def words_of_code(root):
    """All identifiers outside of comments, and those of shell and Python."""
    words = set()
    for path in lintlib.files(root, ['runtime', 'tool', 'include', 'test'],
                              ['.c', '.h', '.def', '.S', '.py', '.txt',
                               '.test', '.pml']):
        for is_comment, _, text in pieces(read(root, path)):
            if not is_comment:
                words.update(re.findall(r'\w+', text))
    return words


def all_files(root):
    found = set()
    for where, inner, names in os.walk(root):
        inner[:] = [i for i in inner if i not in lintlib.PRUNED and
                    not (where == root and i.startswith('build'))]
        found.update(os.path.relpath(os.path.join(where, n), root)
                     for n in names)
    return found


class Names:
    def __init__(self, root, report):
        self.root, self.report = root, report
        self.code = words_of_code(root)
        self.files = all_files(root)
        self.basenames = {os.path.basename(f) for f in self.files}

    def has_file(self, stack, path, name):
        folder = os.path.dirname(path)
        return ('/' not in name and name in self.basenames or
                any(os.path.normpath(os.path.join(place, name)) in self.files
                    for place in ('', stack.root, folder, 'include', 'test')))

    def has_name(self, name):
        numbered = NUMBERED.fullmatch(name)
        return ((numbered.group(1) if numbered else name) in self.code or
                name in FOREIGN_NAMES)

    def check(self, stack, path):
        stems = {os.path.basename(f).split('.')[0]
                 for f in self.files if stack.contains(f)}
        stems = {s.split('_')[0] if s.startswith('rt_') else s
                 for s in stems} | set(MORE_PREFIXES.get(stack.root, ()))
        ours = re.compile(r'(?<![\w/.-])((?:%s)_\w+)\b(?![*.-]|\w)'
                          % '|'.join(sorted(stems)))
        others = re.compile(r'(?<![\w/.-])([a-z_]\w+(?=\(\))|'
                            r'[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9](?![\w*=])|'
                            r'(?<=`)[A-Za-z_]\w*(?=`))')
        for is_comment, number, text in pieces(read(self.root, path)):
            if not is_comment:
                continue
            for offset, line in enumerate(text.split('\n')):
                self.check_line(stack, path, number + offset, line,
                                (ours, others), stems)

    def check_line(self, stack, path, number, line, patterns, stems):
        for name in FILE.findall(line):
            if not (name.startswith(FOREIGN_FILES) or name in EXAMPLE_FILES or
                    self.has_file(stack, path, name)):
                self.report.problem(path, number, 'no file %s' % name)
        for pattern in patterns:
            for name in pattern.findall(line):
                if not (name in stems or self.has_name(name)):
                    self.report.problem(path, number, 'no code has %s' % name)


def strict(path):
    stack = layers.stack_of(path)
    return stack is not None and stack.told


def check_tags(root, report):
    stated = collections.defaultdict(list)
    named = collections.defaultdict(list)
    for path in lintlib.files(root, NAMING + ['.'],
                              ['.c', '.h', '.def', '.S', '.md', '.pml',
                               '.test', '.7', '.1']):
        if path.startswith('test/Lint/'):
            continue
        for number, line in enumerate(lintlib.lines(root, path), 1):
            here = STATED.findall(line) if strict(path) else []
            for tag in here:
                stated[tag].append((path, number))
            rest = collections.Counter(TAG.findall(line))
            rest.subtract(here)
            for tag in rest.elements():
                named[tag].append((path, number))
    for tag in sorted(stated):
        for path, number in stated[tag][1:]:
            report.problem(path, number, '[inv.%s] is stated in %s:%d too'
                           % (tag, *stated[tag][0]))
        if not named[tag]:
            report.problem(*stated[tag][0], '[inv.%s]: nothing else names it'
                           % tag)
    for tag in sorted(named.keys() - stated.keys()):
        if not any(path.startswith(FREE_FORM) for path, _ in named[tag]):
            report.problem(*named[tag][0], '[inv.%s] is stated nowhere' % tag)


def main():
    root, report = sys.argv[1], lintlib.Report()
    names = Names(root, report)
    for stack in layers.STACKS:
        if not stack.told:
            continue
        for path in layers.sources(root, stack):
            report.looked()
            names.check(stack, path)
    check_tags(root, report)
    report.finish('files with comments')


main()
