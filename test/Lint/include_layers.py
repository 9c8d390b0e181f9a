# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Who may include whom.

tool/rewrite is a stack of layers: a file includes its own layer and those
below, nothing above.  The driver and the rewriter see each other only as
programs; the runtime and the tools only through include/escc.  libclang is
known only to the files of the lowest layer that convert its tree.
"""
import os
import re
import sys

import lintlib

# Lowest first; a file belongs to the first pattern that its name matches.
LAYERS = [
    ('tree', r'(front|gcc|parse|places|tree|types|sym|shim)(_\w+)?\.'
             r'(c|h|def)'),
    ('esc', r'(esc(_\w+)?|libc)\.(c|h|def|tags)'),
    ('emit', r'(edits|emit)(_\w+)?\.(c|h|def)'),
    ('rw', r'rw(_\w+)?\.(c|h|def)'),
    ('report', r'report(_\w+)?\.(c|h|def)'),
    ('main', r'(rewrite_main|verify)\.[ch]'),
]
CLANG_C = re.compile(
    r'tool/rewrite/(front\.h|(parse(_\w+)?|types|places|shim|gcc_text)\.c|'
    r'tree_\w+\.[ch])')
# Made by the build.
GENERATED = {'libc_tags.h'}
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def layer(path):
    name = os.path.basename(path)
    for rank, (title, pattern) in enumerate(LAYERS):
        if re.fullmatch(pattern, name):
            return rank, title
    return None


def component(path):
    """tool/util, tool/rewrite, tool (the driver), runtime or include."""
    if path.startswith('tool/util/'):
        return 'util'
    if path.startswith('tool/rewrite/'):
        return 'rewrite'
    return path.split('/')[0].replace('tool', 'driver')


ALLOWED = {
    'util': {'util'},
    'rewrite': {'util', 'rewrite', 'include'},
    'driver': {'util', 'driver', 'include'},
    'runtime': {'runtime', 'include'},
    'include': {'include'},
}


def resolve(root, path, quote, name):
    """The included file of ours, relative to root, or None."""
    folders = (os.path.dirname(path), 'tool', 'tool/util', 'tool/rewrite',
               'runtime', 'include', '.')
    for folder in folders if quote == '"' else ('include',):
        candidate = os.path.normpath(os.path.join(folder, name))
        if os.path.isfile(os.path.join(root, candidate)):
            return candidate
    return None


def check(root, report, path):
    ours = component(path)
    if ours == 'rewrite' and layer(path) is None:
        report.problem(path, 1, 'in no layer: see LAYERS in %s'
                       % os.path.basename(__file__))
        return
    for number, line in enumerate(lintlib.lines(root, path), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, name = match.groups()
        libclang = name.startswith('clang-c/') or name == 'front.h'
        if libclang and not CLANG_C.fullmatch(path):
            report.problem(path, number, 'knows nothing of libclang, so it '
                           'may not include %s' % name)
        found = resolve(root, path, quote, name)
        if found is None:
            if quote == '"' and name not in GENERATED:
                report.problem(path, number, 'no file "%s"' % name)
            continue
        theirs = component(found)
        if theirs not in ALLOWED[ours]:
            report.problem(path, number, '%s may not include %s (%s)'
                           % (ours, theirs, found))
        elif ours == theirs == 'rewrite' and layer(found):
            (low, title), (high, other) = layer(path), layer(found)
            if high > low:
                report.problem(path, number, 'layer %s may not include the '
                               'layer above it, %s (%s)'
                               % (title, other, found))


def main():
    root, report = sys.argv[1], lintlib.Report()
    for path in lintlib.files(root, ['tool', 'runtime', 'include'],
                              ['.c', '.h', '.def', '.S']):
        report.looked()
        check(root, report, path)
    report.finish('source files')


main()
