# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The table of layers: what the lint scripts about layers go by.

A stack is a part of the sources whose files lie in layers.  A file may
include, and its object may refer to, what is in its own layer and in those
below; nothing above.  A part is put under these rules by a row of STACKS.
"""
import os
import re


class Stack:
    def __init__(self, root, layers, objects=(), calls_up=(), abi=False,
                 told=False, shows=()):
        """root: the folder, relative to the source root.
        layers: (title, pattern of the path below root, main header or None),
            lowest first; a file is in the first layer that matches.
        objects: the folders of its objects, relative to the build root, in
            which SOURCE.o is that of SOURCE; none: symbols are not checked.
        calls_up: (file, symbol): references upwards that are meant.
        abi: what the objects export is for others to call.
        told: what its comments name must exist, and its tags be stated.
        shows: headers() of layers that hide others."""
        self.root, self.layers, self.objects = root, layers, objects
        self.calls_up, self.abi, self.told = set(calls_up), abi, told
        self.shows = dict(shows)

    def contains(self, path):
        return path.startswith(self.root + '/')

    def layer(self, path):
        """(rank, title) of a file of the stack, or None."""
        below = path[len(self.root) + 1:]
        for rank, (title, pattern, _) in enumerate(self.layers):
            if re.fullmatch(pattern, below):
                return rank, title
        return None

    def hides(self, path):
        """Whether this header is only for files of its layer."""
        below = path[len(self.root) + 1:]
        layer = self.layer(path)
        return (layer is not None and layer[1] in self.shows and
                below not in self.shows[layer[1]])


def folder(name, header):
    """A layer that is a folder.  Its main header says in its first comment
    what `the layer NAME` owns and what it may use."""
    return name, name + r'/[^/]+', header


def headers(name, *shown):
    """What a layer shows: other layers include none of its other headers,
    nor do these headers."""
    return name, {'%s/%s' % (name, header) for header in shown}


def files(*names):
    """Layers of one file each, with its header: among such files there is
    no circle."""
    return [(name, name + r'\.[ch]', None) for name in names]


STACKS = [
    Stack('runtime', [
        folder('base', 'rt_process.h'),
        folder('heap', 'mheap.h'),
        folder('thread', 'mthread.h'),
        folder('gc', 'mgc.h'),
        folder('alloc', 'rt_malloc.h'),
        folder('wrap', 'mwrap_block.h'),
    ], objects=['runtime/CMakeFiles/esccrt_objects.dir'],
        calls_up=[('base/rt_process.c', 'rt_start')], abi=True, told=True),
    Stack('tool/rewrite', [
        folder('front', 'tree.h'),
        folder('escape', 'esc.h'),
        # No pass knows the walk, which is rw.c.
        ('edits', r'edit/(edits|emit)\.[ch]', None),
        ('shared', r'edit/rw_(shared|shade|check)\.[ch]', None),
        ('passes', r'edit/rw_\w+\.[ch]', None),
        folder('edit', 'rw.h'),
        folder('report', 'report.h'),
        ('main', r'(rewrite_main|dangling|verify)\.[ch]', None),
        ('start', r'start\.c', None),
    ], objects=['tool/CMakeFiles/escc-rewriter.dir/rewrite',
                'tool/CMakeFiles/escc-rewrite.dir/rewrite'], told=True, shows=[
        # The graph and its solver are not among them: findings say all.
        headers('escape', 'esc.h', 'esc_finding.h', 'esc_reason.h',
                'esc_sites.h', 'esc_parts.h', 'esc_torn.h', 'esc_decide.h'),
    ]),
    Stack('tool/driver', [
        ('cmdline', r'cmdline\.[ch]|optab\.def', None),
    ] + files('record', 'dwarf', 'hidden', 'archive', 'script', 'closed',
              'decided', 'link', 'job', 'renamed', 'steps', 'database',
              'unsupported', 'emitted',
              'preload', 'tokens', 'verbatim', 'untouched', 'advice',
              'pragmas', 'silence', 'source', 'ahead', 'backend', 'target',
              'fingerprint', 'tagged', 'variables', 'kernel', 'farm')
        + [('help', r'help\.(?:[ch]|def)', None)]
        + files('doctor', 'driver', 'main', 'twice', 'pages'),
        objects=['tool/CMakeFiles/escc-driver.dir/driver',
                 'tool/CMakeFiles/escc.dir/driver'], told=True),
    Stack('tool/tables', files('image', 'main'),
          objects=['tool/CMakeFiles/escc-tables.dir/tables'], told=True),
    Stack('tool/report', [('page', r'page\.html', None)]
          + files('unit', 'main'),
          objects=['tool/CMakeFiles/escc-report.dir/report'], told=True),
    Stack('tool/util', [('util', r'[^/]+', None)], told=True),
]


def stack_of(path):
    for stack in STACKS:
        if stack.contains(path):
            return stack
    return None


def is_source(stack, path):
    """Files of a stack that must be in a layer."""
    return stack.contains(path) and path.endswith(('.c', '.h', '.def', '.S'))


def sources(root, stack):
    found = []
    for where, _, names in os.walk(os.path.join(root, stack.root)):
        found += [os.path.relpath(os.path.join(where, n), root)
                  for n in names if n.endswith(('.c', '.h', '.def', '.S'))]
    return sorted(found)
