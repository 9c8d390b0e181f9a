# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The declarations that escc-rewrite puts in front of each unit are those of
include/escc/rt.h: the same names with the same types.

Arguments: the source root, clang, a rewritten unit (-fescc-emit-source).
"""
import json
import re
import subprocess
import sys

import lintlib

# Called from inline assembly only.
ASSEMBLY_ONLY = {'__escc_shade_pushed', '__escc_shade_stored'}


def prologue(path):
    """The text of the fake include <escc>, without the table of sites."""
    with open(path, encoding='utf-8') as handle:
        match = re.search(r'^# 1 "<escc>" 1 3\n(.*?)\n# ', handle.read(),
                          re.M | re.S)
    if not match:
        sys.exit('%s: no prologue' % path)
    return match.group(1)


def declarations(clang, arguments, text):
    """name -> what it is, of every __escc_ name declared in a C text."""
    done = subprocess.run(
        [clang, '-x', 'c', '-fsyntax-only', '-Xclang', '-ast-dump=json']
        + arguments + ['-'], input=text.encode(), stdout=subprocess.PIPE,
        check=True)
    found = {}
    for node in json.loads(done.stdout)['inner']:
        name = node.get('name', '')
        if not name.startswith('__escc_'):
            continue
        if node['kind'] == 'RecordDecl' and 'inner' in node:
            found['struct ' + name] = [
                (f['name'], plain(f['type']['qualType']))
                for f in node['inner'] if f['kind'] == 'FieldDecl']
        elif node['kind'] in ('FunctionDecl', 'VarDecl'):
            found[name] = [node['kind'], plain(node['type']['qualType']),
                           node.get('tls'), sorted(
                               a['kind'] for a in node.get('inner', [])
                               if a['kind'] == 'TLSModelAttr')]
    return found


def plain(qualified):
    return re.sub(r'\bsize_t\b', 'unsigned long', qualified)


def main():
    root, clang, unit = sys.argv[1:]
    report = lintlib.Report()
    emitted = declarations(clang, [], prologue(unit))
    header = declarations(clang, ['-I', root + '/include'],
                          '#include <escc/rt.h>\n')
    report.looked(len(emitted))
    for name in sorted(set(header) | set(emitted)):
        if name not in header:
            report.problem('include/escc/rt.h', 1, 'lacks %s' % name)
        elif name not in emitted and name not in ASSEMBLY_ONLY:
            report.problem('tool/rewrite/edit/emit.c', 1, 'lacks %s' % name)
        elif name in emitted and header[name] != emitted[name]:
            report.problem('tool/rewrite/edit/emit.c', 1, '%s is %s, in rt.h %s'
                           % (name, emitted[name], header[name]))
    report.finish('declarations')


main()
