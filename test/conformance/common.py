# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Things shared by the conformance runners (Python 3 standard library only)."""
import functools
import os
import re
import resource
import shlex
import signal
import subprocess
import sys

# clang 16+ turns these gcc-12 warnings into errors; the suites are full of them.
CLANG_LENIENT = ['-Wno-error=implicit-function-declaration', '-Wno-error=implicit-int',
                 '-Wno-error=int-conversion', '-Wno-error=incompatible-function-pointer-types',
                 '-Wno-error=return-type', '-Wno-error=return-mismatch']


def cc_words(cmd):
    """A compiler command line as words, with the lenient flags where it is a clang."""
    words = shlex.split(cmd)
    if '/' in words[0]:         # runs start in folders of their own
        words[0] = os.path.abspath(words[0])
    if says_clang(words[0]):
        words += CLANG_LENIENT
    return words


@functools.lru_cache(maxsize=None)
def says_clang(program):
    """Is the program a clang, or (escc) driving one?  --version says so."""
    done = subprocess.run([program, '--version'], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True)
    return 'clang version' in done.stdout


def is_clang(cmd):
    return says_clang(cc_words(cmd)[0])


class Result:
    """What one child process did: rc (negative: the signal), out, err, timeout."""
    def __init__(self, rc, out, err, timeout):
        self.rc, self.out, self.err, self.timeout = rc, out, err, timeout


def execute(argv, cwd=None, timeout=30, env=None, address_space=None, stack=None,
            limit_output=4 << 20, merge=False):
    """Run argv in its own session, so that everything it started dies at the time limit."""
    def limits():
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (512 << 20, 512 << 20))
        if address_space:
            resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
        if stack:
            resource.setrlimit(resource.RLIMIT_STACK, (stack, stack))
    full_env = dict(os.environ, LC_ALL='C')
    if env:
        full_env.update(env)
    try:
        child = subprocess.Popen(argv, cwd=cwd, env=full_env, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT if merge else subprocess.PIPE,
                                 preexec_fn=limits)
    except OSError as problem:
        return Result(127, b'', str(problem).encode(), False)
    try:
        out, err = child.communicate(timeout=timeout)
        timed_out = False
    except subprocess.TimeoutExpired:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        try:
            out, err = child.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            out, err = b'', b''
        timed_out = True
    return Result(child.returncode, (out or b'')[:limit_output], (err or b'')[:limit_output], timed_out)


UNKNOWN_ARGUMENT = re.compile(
    rb"(?:unknown argument|unsupported option|unsupported argument|optimization flag|"
    rb"unrecognized command-line option)[: ]*['\"\xe2\x80\x98]+([^'\"\xe2]+)")


def compile_files(cmd, flags, sources, output, cwd, mode='link', timeout=60, libs=()):
    """Compile (mode 'link': to a program; 'compile': with -c, one file) with the command
    line cmd.  clang refuses gcc-only -f options: drop the ones it names and try again."""
    words = cc_words(cmd)
    flags = list(flags)
    if is_clang(cmd):
        flags = [f for f in flags if not re.match(r'-f(no-)?(tree|ipa|dump|gimple|rtl)-|--param|-fdump', f)]
    for _ in range(6):
        argv = words + flags + (['-c'] if mode == 'compile' else []) + list(sources)
        argv += ['-o', output] + ([] if mode == 'compile' else list(libs))
        result = execute(argv, cwd=cwd, timeout=timeout)
        if result.rc == 0 or result.timeout or not is_clang(cmd):
            return result
        unknown = [m.decode() for m in UNKNOWN_ARGUMENT.findall(result.err)]
        kept = [f for f in flags if f not in unknown]
        if kept == flags:
            return result
        flags = kept
    return result


def compile_failure(result):
    """A short name for a failed compilation, or None."""
    if result.timeout:
        return 'compile timeout'
    if result.rc == 0:
        return None
    if result.rc < 0 or b'PLEASE submit a bug report' in result.err or b'internal compiler error' in result.err:
        return 'compiler crash'
    if re.search(rb'(^|\n)\S*escc: ', result.err):
        return 'escc error'
    return 'compile error'


def run_failure(result):
    """A short name for a failed run (exit status other than 0), or None."""
    if result.timeout:
        return 'timeout'
    if result.rc == 0:
        return None
    if result.rc == -signal.SIGABRT:
        return 'miscompile (abort)'
    if result.rc < 0:
        return 'crash (%s)' % signal.Signals(-result.rc).name
    return 'miscompile (exit %d)' % result.rc


def first_line(data, wanted=rb'error|escc:|undefined|Assert'):
    """The first line that looks like the reason."""
    lines = [l for l in data.decode('utf-8', 'replace').splitlines() if l.strip()]
    for line in lines:
        if re.search(wanted.decode(), line, re.I):
            return line.strip()[:300]
    return lines[0].strip()[:300] if lines else ''


def die(message):
    print(message, file=sys.stderr)
    sys.exit(2)
