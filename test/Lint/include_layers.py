# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Who may include whom.

A stack of layers (layers.py): a file includes its own layer and those below,
nothing above; a header of another folder is named with that folder.  Some
layers show only some of their headers to the others.  Each layer that has a
main header says there what it owns.  The driver and the
rewriter see each other only as programs; the runtime and the tools only
through include/escc, but for escc-tables, which is made of those parts of the
runtime that decide.  libclang is known only to the files of the lowest
layer that convert its tree, jansson to those that write or read reports.
"""
import os
import re
import sys

import layers
import lintlib

CLANG_C = re.compile(
    r'tool/rewrite/front/'
    r'(front\.h|(parse(_\w+)?|types|places|shim|gcc_text|unused)\.c|'
    r'tree_\w+\.[ch])')
JANSSON = re.compile(
    r'tool/(rewrite/report/report_(document|json|sarif)|report/\w+)\.[ch]')
# Made by the build.
GENERATED = {'libc_tags.h', 'mworld_names.h', 'other_tags.h', 'report_page.h',
             'rt_own_names.def'}
# What the runtime and escc-tables share.
SHARED = re.compile(r'runtime/base/rt_(facts|modules|object)\.h')
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def component(path):
    """The part of the project that a file belongs to."""
    if path.startswith('tool/util/'):
        return 'util'
    if path.startswith('tool/rewrite/'):
        return 'rewrite'
    if path.startswith('tool/tables/'):
        return 'tables'
    return path.split('/')[0].replace('tool', 'driver')


ALLOWED = {
    'util': {'util'},
    'rewrite': {'util', 'rewrite', 'include'},
    'driver': {'util', 'driver', 'include'},
    'tables': {'util', 'tables', 'include'},
    'runtime': {'runtime', 'include'},
    'include': {'include'},
}


def resolve(root, path, quote, name):
    """The included file of ours, relative to root, or None."""
    folders = (os.path.dirname(path), 'tool', 'tool/rewrite',
               'runtime', 'include', '.')
    for folder in folders if quote == '"' else ('include',):
        candidate = os.path.normpath(os.path.join(folder, name))
        if os.path.isfile(os.path.join(root, candidate)):
            return candidate
    return None


def check(root, report, path):
    ours, stack = component(path), layers.stack_of(path)
    if stack and stack.layer(path) is None:
        report.problem(path, 1, 'in no layer: see STACKS in layers.py')
        return
    for number, line in enumerate(lintlib.lines(root, path), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, name = match.groups()
        libclang = (name.startswith('clang-c/')
                    or name in ('front.h', 'front/front.h'))
        if libclang and not CLANG_C.fullmatch(path):
            report.problem(path, number, 'knows nothing of libclang, so it '
                           'may not include %s' % name)
        if name == 'jansson.h' and not JANSSON.fullmatch(path):
            report.problem(path, number, 'knows nothing of JSON, so it may '
                           'not include %s' % name)
        found = resolve(root, path, quote, name)
        if found is None:
            if quote == '"' and name not in GENERATED:
                report.problem(path, number, 'no file "%s"' % name)
            continue
        theirs = component(found)
        if ours == 'tables' and SHARED.fullmatch(found):
            continue
        if theirs not in ALLOWED[ours]:
            report.problem(path, number, '%s may not include %s (%s)'
                           % (ours, theirs, found))
        elif stack and stack.contains(found) and stack.layer(found):
            (low, title), (high, other) = (stack.layer(path),
                                           stack.layer(found))
            if high > low:
                report.problem(path, number, 'layer %s may not include the '
                               'layer above it, %s (%s)'
                               % (title, other, found))
            shown = path.endswith('.h') and not stack.hides(path)
            if stack.hides(found) and (title != other or shown):
                report.problem(path, number, 'layer %s does not show %s'
                               % (other, found))


def check_headers(root, report, stack):
    """The main header of each layer of a stack that is there."""
    for title, _, header in stack.layers:
        path = '%s/%s/%s' % (stack.root, title, header)
        folder = os.path.join(root, stack.root, title)
        if header is None or not os.path.isdir(folder):
            continue
        text = (lintlib.lines(root, path)
                if os.path.isfile(os.path.join(root, path)) else [])
        opening = ' '.join(text).partition('*/')[2].partition('*/')[0]
        if 'layer ' + title not in opening:
            report.problem(path, 1, 'does not say what the layer %s owns'
                           % title)


def main():
    root, report = sys.argv[1], lintlib.Report()
    for path in lintlib.files(root, ['tool', 'runtime', 'include'],
                              ['.c', '.h', '.def', '.S']):
        report.looked()
        check(root, report, path)
    for stack in layers.STACKS:
        check_headers(root, report, stack)
    report.finish('source files')


main()
