#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""gcc's C torture tests as a conformance suite for a compiler.

  torture.py fetch --dest DIR                 get the tests (apt-get source gcc-12)
  torture.py baseline --src DIR               run gcc and clang-19, write baseline/torture.json
  torture.py retry --src DIR                  after a baseline on a busy machine: the time limits again
  torture.py run --src DIR --cc 'escc'        run CC on the tests that every baseline passes

--src (or $TORTURE_SRC) is the folder that holds gcc.c-torture and gcc.dg.  A test counts
once per optimisation level ("execute/pr1234.c -O2").  The dg- directives are honoured as
far as it matters on x86-64 Linux; what they get wrong is filtered out by the baseline,
which is the set of tests that *all* the baseline compilers compile and pass.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import common

HERE = os.path.dirname(os.path.abspath(__file__))
TRIPLET = 'x86_64-pc-linux-gnu'
# suite: folder, what a test does unless it says so, levels, flags.
SUITES = {
    'execute': ('gcc.c-torture/execute', 'run', ['-O0', '-O2'], ['-w']),
    'ieee': ('gcc.c-torture/execute/ieee', 'run', ['-O0', '-O2'], ['-w', '-ffloat-store', '-fno-inline']),
    'builtins': ('gcc.c-torture/execute/builtins', 'run', ['-O0', '-O2'],
                 ['-w', '-fno-tree-dse', '-fno-tree-loop-distribute-patterns', '-fno-tracer',
                  '-fno-ipa-ra', '-fno-inline-functions']),
    'compile': ('gcc.c-torture/compile', 'compile', ['-O0'], ['-w']),
    'dg-torture': ('gcc.dg/torture', 'compile', ['-O2'], ['-w']),
    'stackalign': ('gcc.dg/torture/stackalign', 'run', ['-O2'], ['-w']),
    'dg-tls-torture': ('gcc.dg/torture/tls', 'run', ['-O2'], ['-w', '-pthread']),
    'atomic': ('gcc.dg/atomic', 'run', ['-O0', '-O2'], ['-w']),
    'tls': ('gcc.dg/tls', 'compile', ['-O0', '-O2'], ['-w', '-pthread']),
    'c-c++-torture': ('c-c++-common/torture', 'compile', ['-O2'], ['-w']),
}
FALSE_TARGETS = re.compile(
    r'^(ilp32|x32|ia32|llp64|int16|ptr_eq_short|short_eq_int|default_packed|arm|aarch64|vmx|vsx|mips|'
    r'avr|powerpc|ppc|s390|sparc|rs6000|msp430|tls_emulated|vxworks|mingw|darwin|keeps_null|'
    r'noinit|persistent|avx|bmi|run_expensive|offload|nvptx|newlib|large_long_double|unwrapped|dll|'
    r'profiling|stack_check|fgraphite|cet|long_neq_int_not)')


def fetch(dest):
    os.makedirs(dest, exist_ok=True)
    subprocess.run(['apt-get', 'source', '--download-only', 'gcc-12'], cwd=dest, check=True)
    outer = glob.glob(os.path.join(dest, 'gcc-12_*.orig.tar.gz'))[0]
    subprocess.run(['tar', 'xzf', outer, '--wildcards', '*/gcc-12*-dfsg.tar.xz'], cwd=dest, check=True)
    inner = glob.glob(os.path.join(dest, '*', 'gcc-12*-dfsg.tar.xz'))[0]
    wanted = ['gcc.c-torture', 'gcc.dg/atomic', 'gcc.dg/tls', 'gcc.dg/torture', 'c-c++-common/torture']
    subprocess.run(['tar', 'xJf', inner, '--strip-components=3', '--wildcards'] +
                   ['*/gcc/testsuite/%s/*' % w for w in wanted], cwd=dest, check=True)
    os.remove(inner)
    print('tests in', dest)


# ---- dg- directives ---------------------------------------------------------------

def tcl_words(text):
    """Split a Tcl list: "quoted", {braced} and bare words."""
    words, i, n = [], 0, len(text)
    while i < n:
        if text[i].isspace():
            i += 1
        elif text[i] == '{':
            depth, start = 1, i + 1
            i += 1
            while i < n and depth:
                depth += (text[i] == '{') - (text[i] == '}')
                i += 1
            words.append(text[start:i - 1])
        elif text[i] == '"':
            end = i + 1
            while end < n and text[end] != '"':
                end += 2 if text[end] == '\\' else 1
            words.append(text[i + 1:end])
            i = end + 1
        else:
            start = i
            while i < n and not text[i].isspace():
                i += 1
            words.append(text[start:i])
    return words


def directives(source):
    for match in re.finditer(r'\{\s*(dg-[a-z-]+)', source):
        depth, i = 1, match.end()
        while i < len(source) and depth and source[i] != '\n':
            depth += (source[i] == '{') - (source[i] == '}')
            i += 1
        if not depth:
            yield match.group(1), tcl_words(source[match.end():i - 1])


def target_word(word):
    if re.match(r'^[\w?*.\[\]]+-\S*$', word) or word == '*':
        return fnmatch.fnmatch(TRIPLET, word)
    return not FALSE_TARGETS.match(word)


def selector(text):
    """Value of a target selector: `target i?86-*-* x86_64-*-*`, `! { int128 }`, a && b."""
    words = tcl_words(text)
    if words and words[0] in ('target', 'xfail'):
        words = words[1:]
    if not words:
        return True
    for operator, fold in (('||', any), ('&&', all)):
        if operator in words:
            parts, current = [], []
            for word in words:
                if word == operator:
                    parts.append(current)
                    current = []
                else:
                    current.append(word)
            parts.append(current)
            return fold(selector(' '.join('{%s}' % w for w in part)) for part in parts)
    if words[0] == '!':
        return not selector(' '.join('{%s}' % w for w in words[1:]))
    if words[0].startswith('!') and len(words) == 1:
        return not selector(words[0][1:])
    return any(selector(w) if ' ' in w.strip() else target_word(w.strip()) for w in words)


class Test:
    def __init__(self, suite, path, level):
        self.suite, self.path, self.level = suite, path, level
        self.id = '%s/%s %s' % (suite, os.path.basename(path), level)
        _, self.kind, _, flags = SUITES[suite]
        self.flags = [level] + flags
        self.sources, self.skip = [path], None
        with open(path, encoding='latin-1') as handle:
            text = handle.read()
        for name, words in directives(text):
            self.directive(name, words)
        self.dot_x(path[:-2] + '.x')
        if suite == 'builtins':
            folder = os.path.dirname(path)
            self.sources += [path[:-2] + '-lib.c', folder + '/lib/main.c']

    def directive(self, name, words):
        applies = len(words) < 2 or selector(words[1])
        if name == 'dg-do' and words:
            if len(words) > 1 and words[1].split()[:1] == ['target'] and not applies:
                self.skip = 'target'
            self.kind = {'run': 'run', 'link': 'link', 'assemble': 'compile'}.get(words[0], 'compile')
            if words[0] == 'preprocess':
                self.skip = 'preprocess only'
        elif name in ('dg-options', 'dg-additional-options') and words and applies:
            self.flags += words[0].replace('\\"', '"').split()
        elif name == 'dg-require-effective-target' and words:
            if not (selector(words[0]) if applies else True):
                self.skip = words[0]
        elif name == 'dg-skip-if' and len(words) > 1:
            include = words[2].split() if len(words) > 2 else ['*']
            if selector(words[1]) and any(fnmatch.fnmatch(self.level, i) for i in include or ['*']):
                self.skip = 'dg-skip-if'
        elif name == 'dg-additional-sources' and words:
            self.sources += [os.path.join(os.path.dirname(self.path), w) for w in words[0].split()]
        elif name in ('dg-error', 'dg-ice'):
            self.skip = name
        elif name in ('dg-require-profiling', 'dg-require-dll', 'dg-require-stack-check'):
            self.skip = name

    def dot_x(self, path):
        """The old way to say it; only the flags matter here."""
        if os.path.exists(path):
            with open(path, encoding='latin-1') as handle:
                for flags in re.findall(r'^\s*set additional_flags "?([^"\n]+)"?', handle.read(), re.M):
                    self.flags += [f for f in flags.split() if f.startswith('-')]


def find_tests(src, suites):
    tests = []
    for suite in suites:
        folder, _, levels, _ = SUITES[suite]
        for path in sorted(glob.glob(os.path.join(src, folder, '*.c'))):
            if suite == 'builtins' and path.endswith('-lib.c'):
                continue
            for level in levels:
                tests.append(Test(suite, path, level))
    return tests


def run_test(cmd, test, args):
    """(failure kind or None, detail, hash of what it printed)"""
    work = tempfile.mkdtemp(prefix='torture.')
    try:
        program = os.path.join(work, 'a.out')
        if test.kind == 'compile':
            for source in test.sources:
                done = common.compile_files(cmd, test.flags, [source], program + '.o', work,
                                            'compile', args.compile_timeout)
                failure = common.compile_failure(done)
                if failure:
                    return failure, common.first_line(done.err), ''
            return None, '', ''
        done = common.compile_files(cmd, test.flags, test.sources, program, work, 'link',
                                    args.compile_timeout, ['-lm'] + (['-latomic'] if test.suite == 'atomic' else []))
        failure = common.compile_failure(done)
        if failure:
            return failure, common.first_line(done.err), ''
        if test.kind == 'link':
            return None, '', ''
        done = common.execute([program], cwd=work, timeout=args.run_timeout)
        printed = hashlib.sha1(done.out).hexdigest()[:10] if done.out else ''
        return common.run_failure(done), common.first_line(done.err), printed
    finally:
        shutil.rmtree(work, ignore_errors=True)


def run_all(cmd, tests, args):
    results = {}
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        futures = {pool.submit(run_test, cmd, test, args): test for test in tests}
        for done, future in enumerate(concurrent.futures.as_completed(futures), 1):
            results[futures[future].id] = future.result()
            if sys.stderr.isatty() and done % 100 == 0:
                print('%s: %d/%d' % (cmd, done, len(tests)), end='\r', file=sys.stderr)
    return results


def per_suite(ids):
    counts = collections.Counter(i.split('/')[0] for i in ids)
    return ', '.join('%s %d' % (s, counts[s]) for s in SUITES if counts[s])


def baseline(args):
    tests = find_tests(args.src, args.suites)
    runnable = [t for t in tests if not t.skip]
    print('%d tests, %d skipped by a directive' % (len(tests), len(tests) - len(runnable)))
    data = {'skipped': {t.id: t.skip for t in tests if t.skip}, 'baselines': {}, 'stdout': {}}
    common_ids, printed = set(t.id for t in runnable), {}
    for cmd in args.baseline:
        results = run_all(cmd, runnable, args)
        failed = {i: r[0] for i, r in sorted(results.items()) if r[0]}
        data['baselines'][cmd] = {'pass': len(results) - len(failed), 'fail': failed}
        print('baseline %s passes %d of %d  (%s)' % (cmd, len(results) - len(failed), len(results),
              per_suite(i for i in results if i not in failed)), flush=True)
        common_ids -= set(failed)
        for i, r in results.items():
            printed.setdefault(i, set()).add(r[2])
    data['pass_all'] = sorted(common_ids)
    data['stdout'] = {i: min(printed[i]) for i in sorted(common_ids) if len(printed[i]) == 1 and min(printed[i])}
    print('all baselines pass %d  (%s)' % (len(common_ids), per_suite(common_ids)))
    os.makedirs(os.path.dirname(args.baseline_json), exist_ok=True)
    with open(args.baseline_json, 'w') as handle:
        json.dump(data, handle, indent=0, sort_keys=True)


def retry(args):
    """Run what ended at a time limit again, with much longer limits, and correct the baseline."""
    with open(args.baseline_json) as handle:
        data = json.load(handle)
    args.compile_timeout, args.run_timeout = args.compile_timeout * 6, args.run_timeout * 6
    tests = {t.id: t for t in find_tests(args.src, args.suites)}
    for cmd, entry in data['baselines'].items():
        again = [tests[i] for i, kind in entry['fail'].items() if 'timeout' in kind and i in tests]
        for test_id, (failure, _, _) in run_all(cmd, again, args).items():
            if failure:
                entry['fail'][test_id] = failure
            else:
                del entry['fail'][test_id]
                entry['pass'] += 1
        print('%s: %d run again, now passes %d' % (cmd, len(again), entry['pass']))
    failed = set().union(*(entry['fail'] for entry in data['baselines'].values()))
    data['pass_all'] = sorted(i for i, t in tests.items() if not t.skip and i not in failed)
    print('all baselines pass %d  (%s)' % (len(data['pass_all']), per_suite(data['pass_all'])))
    with open(args.baseline_json, 'w') as handle:
        json.dump(data, handle, indent=0, sort_keys=True)


def run(args):
    with open(args.baseline_json) as handle:
        data = json.load(handle)
    good = set(data['pass_all'])
    tests = [t for t in find_tests(args.src, args.suites) if t.id in good and fnmatch.fnmatch(t.id, args.only)]
    if args.again:
        with open(args.again) as handle:
            failed = json.load(handle)['failures']
        tests = [t for t in tests if t.id in failed]
    results = run_all(args.cc, tests, args)
    failures = {}
    for test_id, (failure, detail, printed) in sorted(results.items()):
        if not failure and data['stdout'].get(test_id, printed) != printed:
            failure, detail = 'miscompile (output differs)', ''
        if failure:
            failures[test_id] = {'kind': failure, 'detail': detail}
    for cmd, entry in data['baselines'].items():
        print('baseline %s passes %d' % (cmd, entry['pass']))
    print('baseline (all of them) passes %d; of those run %d; %s passes %d, fails %d' % (
        len(good), len(tests), args.cc, len(tests) - len(failures), len(failures)))
    for suite in args.suites:
        ids = [t.id for t in tests if t.suite == suite]
        if ids:
            print('  %-15s %5d of %5d' % (suite, sum(i not in failures for i in ids), len(ids)))
    for kind, count in collections.Counter(f['kind'] for f in failures.values()).most_common():
        print('  %5d %s' % (count, kind))
    for test_id, failure in failures.items():
        print('FAIL %-45s %s: %s' % (test_id, failure['kind'], failure['detail']))
    if args.json:
        with open(args.json, 'w') as handle:
            json.dump({'cc': args.cc, 'run': len(tests), 'passed': len(tests) - len(failures),
                       'failures': failures}, handle, indent=1, sort_keys=True)
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('action', choices=['fetch', 'baseline', 'retry', 'run'])
    parser.add_argument('--src', default=os.environ.get('TORTURE_SRC', os.path.join(tempfile.gettempdir(), 'gcc-torture')))
    parser.add_argument('--dest', default=os.path.join(tempfile.gettempdir(), 'gcc-torture'))
    parser.add_argument('--cc', default='escc')
    parser.add_argument('--baseline', action='append', help='default: gcc and clang-19')
    parser.add_argument('--baseline-json', default=os.path.join(HERE, 'baseline', 'torture.json'))
    parser.add_argument('--suites', type=lambda s: s.split(','), default=list(SUITES))
    parser.add_argument('--only', default='*', help='run: a glob over test ids, e.g. "execute/pr2*"')
    parser.add_argument('--json', help='run: write the failures here')
    parser.add_argument('--again', help='run: only what failed according to this file of an earlier --json')
    parser.add_argument('--jobs', type=int, default=2)
    parser.add_argument('--compile-timeout', type=float, default=60)
    parser.add_argument('--run-timeout', type=float, default=20)
    args = parser.parse_args()
    args.baseline = args.baseline or ['gcc', 'clang-19']
    if args.action == 'fetch':
        return fetch(args.dest)
    if not os.path.isdir(os.path.join(args.src, 'gcc.c-torture')):
        common.die('%s holds no gcc.c-torture: run `torture.py fetch --dest %s`' % (args.src, args.src))
    args.src = os.path.abspath(args.src)
    return {'baseline': baseline, 'retry': retry, 'run': run}[args.action](args)


if __name__ == '__main__':
    sys.exit(main())
