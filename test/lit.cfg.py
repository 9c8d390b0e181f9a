# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""lit's configuration: which files are tests, what they may name, and the
environment they run in.

Each test runs under bash in an empty folder of its own, with a TMPDIR beside
it, a short PATH (escc's build, LLVM's tools, the system) and none of the
ESCC_* variables of whoever started lit.  See docs/testing.md.
"""
import importlib.util
import os
import shutil
import sys

import lit.formats

sys.path.insert(0, os.path.join(config.escc_source_root, 'test'))
import escc_formats  # noqa: E402  (found through the line above)

build = config.escc_build_root
source = config.escc_source_root
llvm_bin = os.path.join(config.llvm_root, 'bin')

config.name = 'escc'
config.test_format = escc_formats.OwnFolderTest()
config.suffixes = ['.c', '.i', '.test']
config.excludes = ['Inputs', 'CMakeLists.txt']
config.test_source_root = os.path.join(source, 'test')
config.test_exec_root = os.path.join(build, 'test')

# ---- environment ----------------------------------------------------------
# Nothing is inherited: a test behaves the same whoever starts it.
system_path = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin',
               '/sbin', '/bin']
config.environment = {
    'PATH': os.pathsep.join([os.path.join(build, 'bin'), llvm_bin]
                            + system_path),
    'LC_ALL': 'C',
    'TERM': 'dumb',
    # Python of the tests must not leave __pycache__ in the source tree.
    'PYTHONDONTWRITEBYTECODE': '1',
}

if config.escc_sanitize:
    # The tools end without freeing what they have.
    config.environment['ASAN_OPTIONS'] = 'detect_leaks=0'

# --param backend=gcc: the compiler behind escc, where a test names none.  Not
# the machine's cc, so that a test means the same everywhere.
backend = lit_config.params.get('backend') or config.clang
config.environment['ESCC_CC'] = backend

# ---- substitutions --------------------------------------------------------
escc = os.path.join(build, 'bin', 'escc')


def substitute(name, text):
    # \b: %escc must not eat the start of %escc_verify.
    config.substitutions.append(('%' + name + r'\b', text))


substitute('escc', escc)
substitute('escc_verify', escc + ' -fescc-verify-output')
substitute('rewrite', os.path.join(build, 'libexec', 'escc', 'escc-rewrite'))
substitute('rtcc', os.path.join(build, 'test', 'rtcc'))
substitute('clang', config.clang)
substitute('gcc', config.gcc or 'gcc')
# The compiler that %escc runs.
substitute('backend', backend)
substitute('python', config.python)
substitute('cmake', config.cmake)
substitute('source_root', source)
substitute('build_root', build)
for tool in ('FileCheck', 'not', 'count', 'split-file'):
    config.substitutions.append(
        (r'(?<![\w/.%-])' + tool + r'(?![\w/.-])',
         os.path.join(llvm_bin, tool)))

# ---- features -------------------------------------------------------------
features = config.available_features
for program in ('ccache', 'clangd', 'cmake', 'csmith', 'debootstrap', 'dwz',
                'gdb',
                'lldb-19', 'autoconf', 'make', 'meson', 'ninja', 'spin',
                'valgrind'):
    if shutil.which(program, path=config.environment['PATH']):
        features.add(program)
# Both halves of a farm.
if all(shutil.which(program, path=config.environment['PATH'])
       for program in ('distcc', 'distccd')):
    features.add('distcc')
if all(shutil.which(program, path=config.environment['PATH'])
       for program in ('icecc', 'iceccd', 'icecc-scheduler', 'ip')):
    features.add('icecream')
if config.gcc:
    features.add('gcc')
if os.geteuid() == 0:
    features.add('root')
if 'clang' in os.path.basename(backend):
    features.add('backend-clang')
if config.escc_hostile:
    features.add('hostile')
# Whether the kernel can note writes (runtime/base/mwritten.c).
if escc_formats.kernel_notes_writes():
    features.add('writes-noted')
config.substitutions.append(
    ('%beside', 'BESIDE' if 'writes-noted' in features else 'STOPPED'))
# Whether a user may have a table of mounts of its own (containers' profiles
# refuse it).
if escc_formats.can_unshare():
    features.add('namespaces')
# Not in a build of the tools with sanitizers.
if os.path.exists(os.path.join(build, 'libexec', 'escc', 'twice.so')):
    features.add('twice')
# A browser and the program that drives it (Debian: chromium-driver).
if all(shutil.which(program, path=config.environment['PATH'])
       for program in ('chromium', 'chromedriver')):
    features.add('browser')
# LLVM's viewer of remarks, and the Python packages that it wants.
opt_viewer = os.path.join(config.llvm_root, 'share', 'opt-viewer',
                          'opt-viewer.py')
if os.path.exists(opt_viewer) and all(
        importlib.util.find_spec(name) for name in ('yaml', 'pygments')):
    features.add('opt-viewer')
config.substitutions.append(('%opt_viewer', opt_viewer))
if lit_config.params.get('slow', '0') not in ('', '0'):
    features.add('slow')
    # For what a script of several tests leaves out otherwise.
    config.environment['EVERYTHING'] = '1'
