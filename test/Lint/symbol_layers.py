# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Who may call whom, read from the objects.

Includes tell half of it: a function can be declared where it is used, or
reached through a name of the C library that a layer above replaces.  So the
symbols of the objects of a stack (layers.py) are read:

  - an object refers only to symbols of its own layer and of those below;
  - a function or variable that other files can see is used by one of them,
    an assertion included that this build leaves out, or is for others than
    us (exported), or a test names it;
  - the same for functions that a header defines inline.

Arguments: the source root, the build root.
"""
import collections
import os
import re
import subprocess
import sys

import layers
import lintlib

ASSERTION = re.compile(r'\brt_(?:assert|verify)\(([^;]*)')
INLINE = re.compile(r'^static inline [^;=]*?\b(\w+)\(', re.M)


class Object:
    """What one object defines and needs; `source` is relative to root."""

    def __init__(self, source):
        self.source = source
        self.defined = {}           # name -> is exported
        self.needed = set()


def read_object(source, path):
    found = Object(source)
    listed = subprocess.run(['readelf', '-sW', path], check=True, text=True,
                            stdout=subprocess.PIPE).stdout
    for line in listed.split('\n'):
        words = line.split()
        if len(words) != 8 or words[4] not in ('GLOBAL', 'WEAK'):
            continue
        kind, visible, section, name = words[3], words[5], words[6], words[7]
        if section == 'UND':
            found.needed.add(name)
        elif kind in ('FUNC', 'OBJECT', 'TLS', 'NOTYPE', 'IFUNC'):
            found.defined[name] = visible == 'DEFAULT'
    return found


def read_objects(root, build, stack):
    """Those of files that exist: a build folder keeps old ones."""
    found = []
    for folder in stack.objects:
        folder = os.path.join(build, folder)
        for where, _, names in os.walk(folder):
            for name in sorted(names):
                path = os.path.join(where, name)
                source = '%s/%s' % (stack.root,
                                    os.path.relpath(path, folder)[:-2])
                if name.endswith('.o') and os.path.isfile(
                        os.path.join(root, source)):
                    found.append(read_object(source, path))
    return found


def line_of(root, path, name):
    """Where it is defined, as well as one sees that without a parser."""
    pattern = re.compile(r'^[^\s/#*].*\b%s\b' % re.escape(name))
    for number, line in enumerate(lintlib.lines(root, path), 1):
        if pattern.match(line) and not line.endswith(';'):
            return number
    return 1


def words_of_tests(root):
    words = set()
    for path in lintlib.files(root, ['test'], ['.c', '.h', '.test', '.py']):
        if not path.startswith('test/Lint/'):
            words.update(re.findall(r'\w+', '\n'.join(
                lintlib.lines(root, path))))
    return words


def check_upwards(root, report, stack, objects):
    home = {name: o.source for o in objects for name in o.defined}
    for o in objects:
        rank, title = stack.layer(o.source)
        below = o.source[len(stack.root) + 1:]
        for name in sorted(o.needed & home.keys()):
            high, other = stack.layer(home[name])
            if high > rank and (below, name) not in stack.calls_up:
                report.problem(o.source, 1, 'layer %s may not use %s of the '
                               'layer above it, %s (%s)'
                               % (title, name, other, home[name]))


def words_of_assertions(root, stack):
    words = set()
    for path in layers.sources(root, stack):
        for text in ASSERTION.findall('\n'.join(lintlib.lines(root, path))):
            words.update(re.findall(r'\w+', text))
    return words


def check_used(root, report, stack, objects, tests):
    users = collections.defaultdict(set)
    asserted = words_of_assertions(root, stack)
    for o in objects:
        for name in o.needed:
            users[name].add(o.source)
    for o in objects:
        for name, exported in sorted(o.defined.items()):
            if not (users[name] or (exported and stack.abi) or
                    name in asserted or name in tests):
                report.problem(o.source, line_of(root, o.source, name),
                               '%s: nobody outside of this file uses it'
                               % name)


def check_inline(root, report, stack, tests):
    paths = layers.sources(root, stack)
    words = collections.Counter()
    for path in paths:
        text = '\n'.join(lintlib.lines(root, path))
        words.update(re.findall(r'\w+', re.sub(r'/\*.*?\*/', '', text,
                                               flags=re.S)))
    for path in paths:
        text = '\n'.join(lintlib.lines(root, path))
        for match in INLINE.finditer(text) if path.endswith('.h') else ():
            name = match.group(1)
            if words[name] == 1 and name not in tests:
                report.problem(path, text.count('\n', 0, match.start()) + 1,
                               '%s: nobody uses it' % name)


def main():
    root, build = sys.argv[1:]
    report = lintlib.Report()
    tests = words_of_tests(root)
    for stack in layers.STACKS:
        objects = read_objects(root, build, stack)
        report.looked(len(objects))
        inside = [o for o in objects if stack.layer(o.source)]
        check_upwards(root, report, stack, inside)
        check_used(root, report, stack, inside, tests)
        check_inline(root, report, stack, tests)
    report.finish('objects')


main()
