# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The part that csmith.py, declarators.py and heapfuzz.py share: compile one program with several compilers
at some levels, compare what the programs print, count, keep the failing ones."""
import collections
import concurrent.futures
import json
import os
import shutil
import tempfile

import common

HERE = os.path.dirname(os.path.abspath(__file__))


def options(parser, seeds):
    parser.add_argument('--cc', action='append', required=True,
                        help='compiler under test (may be repeated), e.g. escc or "gcc -fsanitize=address,undefined"')
    parser.add_argument('--baseline', default='gcc')
    parser.add_argument('--levels', default='-O0,-O2', help='levels for CC; the baseline uses -O0')
    parser.add_argument('--seeds', default=seeds, help='FIRST-LAST')
    parser.add_argument('--save', default=os.path.join(tempfile.gettempdir(), 'conformance-failures'), help='failing programs go here')
    parser.add_argument('--jobs', type=int, default=2)
    parser.add_argument('--compile-timeout', type=float, default=120)
    parser.add_argument('--run-timeout', type=float, default=10)
    parser.add_argument('--env', action='append', default=[], metavar='NAME=VALUE',
                        help='for the programs under test (e.g. a variable that makes the GC run often)')
    parser.add_argument('--again', action='append', default=[], metavar='NAME=VALUE',
                        help='runs each program under test once more, with this besides (may be repeated)')
    parser.add_argument('--json', help='write the results here')


def build(cmd, level, source, work, args, flags):
    """The failure of the compiler, if any, and its message."""
    done = common.compile_files(cmd, [level, '-w'] + flags, [source], os.path.join(work, 'a.out'), work, 'link',
                                args.compile_timeout, ['-lm', '-lpthread'])
    return common.compile_failure(done), common.first_line(done.err)


def run(work, args, env=None):
    # A factor for slow instrumented code, so that only real hangs count as time limits.
    done = common.execute([os.path.join(work, 'a.out')], cwd=work,
                          timeout=args.run_timeout * (4 if env is not None else 1), env=env)
    return common.run_failure(done), common.first_line(done.err), done.out


def settings(args):
    """(suffix for the report, environment) of each run of a program under test."""
    env = dict(e.split('=', 1) for e in args.env)
    return [('', env)] + [(' ' + more, dict(env, **dict([more.split('=', 1)]))) for more in args.again]


def difference(out, wanted):
    """The first lines that are not the same."""
    lines, other = out.split(b'\n'), wanted.split(b'\n')
    at = next((i for i, (a, b) in enumerate(zip(lines, other)) if a != b), min(len(lines), len(other)))
    return 'line %d is %r instead of %r' % (at + 1, b''.join(lines[at:at + 1])[:60], b''.join(other[at:at + 1])[:60])


def test(cmd, level, source, wanted, work, args, flags):
    """(what, failure, detail) for each run of the program that one compiler makes."""
    what, (failure, detail) = cmd + ' ' + level, build(cmd, level, source, work, args, flags)
    if failure:
        return [(what + suffix, failure, detail) for suffix, _ in settings(args)]
    found = []
    for suffix, env in settings(args):
        failure, detail, out = run(work, args, env)
        if not failure and out != wanted:
            failure, detail = 'miscompile (output differs)', difference(out, wanted)
        found.append((what + suffix, failure, detail))
    return found


def one_seed(seed, generate, args, flags):
    """A list of (what was run, failure, detail), or a string: why the seed is unusable."""
    work = tempfile.mkdtemp(prefix='differential.')
    try:
        source = generate(seed, work)
        if not source:
            return 'generator failed'
        failure, _ = build(args.baseline, '-O0', source, work, args, flags)
        if not failure:
            failure, _, wanted = run(work, args)
        if failure:
            return 'baseline: ' + failure
        found = []
        for cmd in args.cc:
            for level in args.levels.split(','):
                found += test(cmd, level, source, wanted, work, args, flags)
        if any(failure for _, failure, _ in found):
            os.makedirs(args.save, exist_ok=True)
            shutil.copy(source, args.save)
        return found
    finally:
        shutil.rmtree(work, ignore_errors=True)


def main(args, generate, flags, all_usable=False):
    """all_usable: the generator promises it, so one that is not is a failure."""
    first, last = (int(n) for n in args.seeds.split('-'))
    counts, failures, unusable, usable = collections.Counter(), [], collections.Counter(), 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        seeds = range(first, last + 1)
        for seed, found in zip(seeds, pool.map(lambda s: one_seed(s, generate, args, flags), seeds)):
            if isinstance(found, str):
                unusable[found] += 1
                if not found.endswith('timeout'):
                    print('seed %d: %s' % (seed, found), flush=True)
                continue
            usable += 1
            for what, failure, detail in found:
                if failure:
                    failures.append({'seed': seed, 'what': what, 'kind': failure, 'detail': detail})
                    print('FAIL seed %d %s: %s: %s' % (seed, what, failure, detail), flush=True)
                else:
                    counts[what] += 1
    print('%d seeds, %d usable with the baseline (%s)%s' % (
        last - first + 1, usable, args.baseline,
        ''.join('; %d %s' % (n, why) for why, n in unusable.items())))
    for cmd in args.cc:
        for level in args.levels.split(','):
            for suffix, _ in settings(args):
                what = cmd + ' ' + level + suffix
                print('%s agrees on %d of %d' % (what, counts[what], usable))
    for kind, count in collections.Counter(f['kind'] for f in failures).most_common():
        print('  %5d %s' % (count, kind))
    if failures:
        print('failing programs are in', args.save)
    if args.json:
        with open(args.json, 'w') as handle:
            json.dump({'usable': usable, 'unusable': dict(unusable), 'agree': dict(counts),
                       'failures': failures}, handle, indent=1)
    broken = all_usable and any(not why.endswith('timeout') for why in unusable)
    return 1 if failures or broken else 0
