# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""escc does what the back end does: same status, same files, same words.

    same.py BACKEND ESCC TEST [real | both]

runs the command lines of TEST (`CASE: -c a.c`) with the back end and with
escc, each in a fresh copy of Inputs/tree, and compares exit status, standard
output, standard error, the set of files, and their bytes.  The rewriter is
Inputs/fake-rewrite, which copies, so that the bytes can be the same; with
`real` it is escc-rewrite, and only files' names are compared, and of a result
on standard output that there is one.  `both`: the one and the other, beside one
run of the back end.

    CASE(names): …         files' names are compared, not their bytes (but
                           those of dependency files are)
    CASE(warned): …        the rewriter reports that libclang warned (2)
    CASE(refused): …       … that libclang found errors (3)
    CASE(unordered): …     lines of standard error may come in another order
    CASE(+a.escc.i): …     escc is expected to make this file as well
    CASE(-a.bc): …         … or not to make it
"""
import os
import re
import shlex
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CASE = re.compile(r'CASE(?:\(([^)]*)\))?: (.*)')


# gcc names its linker's temporary files on standard error.
TEMPORARY = re.compile(rb'/cc\w{6}\.')


def run(program, words, environment):
    shutil.rmtree('work', ignore_errors=True)
    shutil.copytree(os.path.join(HERE, 'tree'), 'work')
    os.makedirs('work/out', exist_ok=True)
    os.chmod('work', 0o755)
    done = subprocess.run([program] + words, cwd='work', env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    files = {}
    for folder, _, names in os.walk('work'):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, 'rb') as handle:
                files[os.path.relpath(path, 'work')] = handle.read()
    said = TEMPORARY.sub(b'/cc.', done.stderr)
    return done.returncode, done.stdout, said, files


def differences(plain, ours, hints):
    found = []
    for what, a, b in zip(('status', 'stdout', 'stderr'), plain, ours):
        if what == 'stderr' and 'unordered' in hints:
            a, b = (b'\n'.join(sorted(x.split(b'\n'))) for x in (a, b))
        if what == 'stdout' and 'printed' in hints:
            a, b = bool(a), bool(b)
        if a != b:
            found.append('%s:\n--- back end\n%s\n--- escc\n%s' % (
                what, *(x.decode(errors='replace') if isinstance(x, bytes)
                        else x for x in (a, b))))
    names = set(plain[3])
    for hint in hints:
        if hint[0] == '+':
            names.add(hint[1:])
        elif hint[0] == '-':
            names.discard(hint[1:])
    if names != set(ours[3]):
        found.append('files: missing %s, extra %s' % (
            sorted(names - set(ours[3])), sorted(set(ours[3]) - names)))
    if 'names' in hints:
        found += ['content of ' + name for name in sorted(names)
                  if name.endswith('.d')
                  and plain[3].get(name) != ours[3].get(name)]
    else:
        found += ['content of ' + name for name in sorted(names)
                  if name in plain[3] and name in ours[3]
                  and plain[3][name] != ours[3][name]]
    return found


def environment_of(words, hints, backend, real):
    """The variables and the hints that hold for a run of escc."""
    environment = dict(os.environ, ESCC_CC=backend)
    if real:
        return environment, hints + ['names'] + ['printed'] * ('-' in words)
    environment['ESCC_REWRITE_FOR_TESTS'] = os.path.join(HERE, 'fake-rewrite')
    if 'warned' in hints:
        environment['FAKE_STATUS'] = '2'
    if 'refused' in hints:
        environment['FAKE_STATUS'] = '3'
    return environment, hints


def main():
    backend, escc, test = sys.argv[1:4]
    modes = {'': [False], 'real': [True], 'both': [False, True]}[
        ''.join(sys.argv[4:])]
    bad = count = 0
    with open(test, encoding='utf-8') as handle:
        cases = [m.groups() for m in map(CASE.match, handle) if m]
    for hints, line in cases:
        hints = hints.split(',') if hints else []
        words = shlex.split(line)
        plain = run(backend, words, os.environ)
        for real in modes:
            environment, wanted = environment_of(words, hints, backend, real)
            ours = run(escc, words, environment)
            count += 1
            found = differences(plain, ours, wanted)
            if found:
                bad += 1
                print('DIFFERENT%s: %s' % (' (real)' * real, line))
                for text in found:
                    print('  ' + text.replace('\n', '\n  '))
    left = [n for n in os.listdir(os.environ.get('TMPDIR', '/tmp'))
            if n.startswith('escc-')]
    if left:
        print('left in TMPDIR: %s' % left)
    print('%d command lines, %d different' % (count, bad))
    sys.exit(1 if bad or left or not count else 0)


main()
