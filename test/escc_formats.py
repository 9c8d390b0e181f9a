# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Two lit test formats: shell tests with a folder each, and ctest's tests.

lit normally runs all tests of a suite folder in one working directory.  A
compiler driver's tests write a.out, a.d and conftest.c, so here each test
gets <build>/test/<suite>/<test>/cwd, emptied before it runs, and a TMPDIR
next to it: whether a program left something in its temporary folder is a
question a test may ask (`ls $TMPDIR | count 0`).

A test whose script exits with 77 (automake's number for it) is skipped: for
reasons found out only when it runs, such as a package source that cannot be
fetched.  It prints the reason as `SKIP: …`.
"""
import ctypes
import fcntl
import json
import os
import re
import shutil
import struct
import subprocess

import lit.formats
import lit.Test
import lit.util


def skip_reason(output):
    reasons = re.findall(r'^SKIP: .*', output, re.MULTILINE)
    return '\n'.join(reasons or ['SKIP: no reason given']) + '\n'


def kernel_notes_writes():
    """Whether userfaultfd has the mode that only notes writes to pages: what
    the collector asks for when it marks beside running threads."""
    userfaultfd, user_mode_only = 323, 1        # x86-64; <linux/...>
    api, features, ioctl = 0xaa, 1 << 13 | 1 << 15, 0xc018aa3f
    fd = ctypes.CDLL(None).syscall(userfaultfd, os.O_CLOEXEC | user_mode_only)
    if fd < 0:
        return False
    try:
        fcntl.ioctl(fd, ioctl, struct.pack('QQQ', api, features, 0))
        return os.access('/proc/self/pagemap', os.R_OK)
    except OSError:
        return False
    finally:
        os.close(fd)


def can_unshare():
    """Whether unshare gives a user a table of mounts of his own."""
    try:
        return subprocess.run(['unshare', '-Urm', 'true'],
                              stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


class OwnFolderTest(lit.formats.ShTest):
    """A test of RUN lines, under bash, in an empty folder of its own."""

    def __init__(self):
        super().__init__(execute_external=True)

    def execute(self, test, lit_config):
        top = test.suite.getExecPath(test.path_in_suite)
        shutil.rmtree(top, ignore_errors=True)
        cwd, temporary = os.path.join(top, 'cwd'), os.path.join(top, 'tmp')
        os.makedirs(cwd)
        os.makedirs(temporary)
        shared = test.config.environment
        # Instance attribute over the method: everything lit derives (%t, the
        # working directory) comes from here.  Removed again because the test
        # object travels back to lit's main process in a pickle.
        test.getExecPath = lambda: os.path.join(cwd, test.path_in_suite[-1])
        test.config.environment = dict(
            shared, TMPDIR=temporary, TEMP=temporary, TMP=temporary,
            TEMPDIR=temporary, HOME=temporary)
        try:
            result = super().execute(test, lit_config)
        finally:
            del test.getExecPath
            test.config.environment = shared
        if (result.code == lit.Test.FAIL
                and result.output.startswith('Exit Code: 77\n')):
            result = lit.Test.Result(lit.Test.UNSUPPORTED, skip_reason(
                result.output))
        if result.code in (lit.Test.PASS, lit.Test.UNSUPPORTED):
            shutil.rmtree(top, ignore_errors=True)
        return result


class CTest(lit.formats.TestFormat):
    """Each test that CMake registered with add_test, as a lit test."""

    def __init__(self, ctest, build_root):
        self.ctest, self.build_root = ctest, build_root

    def _commands(self):
        listed = subprocess.run(
            [self.ctest, '--show-only=json-v1'], cwd=self.build_root,
            stdout=subprocess.PIPE, check=True)
        tests = json.loads(listed.stdout)['tests']
        return {t['name']: t for t in tests}

    def getTestsForPath(self, suite, path_in_suite, lit_config,
                        local_config):
        yield lit.Test.Test(suite, path_in_suite, local_config)

    def getTestsInDirectory(self, suite, path_in_suite, lit_config,
                            local_config):
        if len(path_in_suite) == 1:
            for name in sorted(self._commands()):
                yield lit.Test.Test(suite, path_in_suite + (name,),
                                    local_config)

    def execute(self, test, lit_config):
        found = self._commands()[test.path_in_suite[-1]]
        if 'command' not in found:
            return lit.Test.Result(lit.Test.UNRESOLVED, 'not built')
        if lit_config.noExecute:
            return lit.Test.Result(lit.Test.PASS)
        properties = {p['name']: p['value']
                      for p in found.get('properties', [])}
        environment = dict(test.config.environment)
        environment.update(
            e.split('=', 1) for e in properties.get('ENVIRONMENT', []))
        limit = lit_config.maxIndividualTestTime or 600
        try:
            out, err, code = lit.util.executeCommand(
                found['command'], env=environment, timeout=limit,
                cwd=properties.get('WORKING_DIRECTORY', self.build_root))
        except lit.util.ExecuteCommandTimeoutException as late:
            return lit.Test.Result(lit.Test.TIMEOUT, late.out + late.err)
        # cmocka: the exit status is the number of failed tests.
        verdict = lit.Test.FAIL if code else lit.Test.PASS
        return lit.Test.Result(verdict, out + err)
