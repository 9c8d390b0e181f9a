# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is compared: allocators, how programs are built for them, and the
environment that they run in.

A variant whose package is missing, or whose compiler is, is skipped with the
reason; nothing else makes one be left out.
"""
import concurrent.futures
import os
import shutil
import subprocess
import tempfile

PROGRAMS = ('trees', 'mix', 'graph', 'hash', 'handoff', 'strings', 'numeric',
            'temporaries', 'server')
FLAGS = ['-O2', '-pthread']
# Variables of whoever started the comparison that would change a variant.
FOREIGN = ('ESCC_', 'GC_', 'MALLOC_', 'MIMALLOC_', 'GOGC', 'GOMAXPROCS',
           'GODEBUG', 'GOMEMLIMIT', 'GLIBC_TUNABLES', 'LD_PRELOAD')


class Failed(Exception):
    """A program could not be built."""


class Build:
    """How the programs are made for one or more variants."""

    def __init__(self, name, define='', library='', header='', package='',
                 escc=None, own=''):
        self.name, self.define, self.library = name, define, library
        self.header, self.package, self.escc = header, package, escc
        self.own = own              # a library of ours: its source's name


class Variant:
    def __init__(self, name, build, **environment):
        self.name, self.build, self.environment = name, build, environment

    def is_escc(self):
        return self.build.escc is not None


GO = Build('go', package='golang-1.19')


def known(escc, against):
    """All variants, in the order of the tables."""
    boehm = dict(library='-lgc', header='#include <gc.h>',
                 package='libgc-dev')
    collected = Build('boehm', '-DBENCH_BOEHM', **boehm)
    freed = Build('boehm-free', '-DBENCH_BOEHM -DBENCH_BOEHM_FREE', **boehm)
    found = [
        Variant('glibc', Build('glibc')),
        Variant('mimalloc', Build('mimalloc', library='-lmimalloc',
                                  package='libmimalloc-dev')),
        Variant('jemalloc', Build('jemalloc', library='-ljemalloc',
                                  package='libjemalloc-dev')),
        Variant('boehm', collected),
        Variant('boehm-free', freed),
        Variant('boehm-incremental', collected, GC_ENABLE_INCREMENTAL='1'),
    ]
    for name, compiler in (('escc', escc), ('former', against)):
        if compiler:
            build = Build(name, escc=os.path.abspath(compiler))
            found += [Variant('%s-%s' % (name, free), build, ESCC_FREE=free)
                      for free in ('ignore', 'trust', 'drop')]
            opened = Build(name + '-open', '-DBENCH_FOREIGN', escc=build.escc,
                           own='foreign')
            found.append(Variant(opened.name, opened,
                                 ESCC_DEBUG='concurrent=1'))
    return found + [Variant('go', GO)]


def also(text, variants):
    """A variant from `NAME=BASE VARIABLE=VALUE...`."""
    words = text.split()
    name, _, base = words[0].partition('=')
    for variant in variants:
        if variant.name == base:
            more = dict(word.partition('=')[::2] for word in words[1:])
            return Variant(name, variant.build,
                           **{**variant.environment, **more})
    raise Failed('--also %s: there is no variant %s' % (text, base))


def environment(variant):
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(FOREIGN)}
    return {**kept, **variant.environment}


class Workshop:
    """Builds programs into a folder."""

    def __init__(self, root, folder, backend):
        self.sources = os.path.join(root, 'bench', 'programs')
        self.include = os.path.join(root, 'include')
        self.folder, self.backend = folder, backend
        os.makedirs(folder, exist_ok=True)

    def run(self, command, **more):
        """What went wrong, or nothing."""
        done = subprocess.run(command, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, **more)
        return done.stdout.strip() or 'exit %d' % done.returncode \
            if done.returncode else ''

    def missing(self, build):
        """Why nothing can be built, or nothing."""
        if build is GO:
            if not shutil.which('go'):
                return 'no program `go` (Debian: golang-go)'
            return ''
        if build.escc and not os.access(build.escc, os.X_OK):
            return '%s cannot be run' % build.escc
        with tempfile.TemporaryDirectory() as folder:
            probe = os.path.join(folder, 'probe.c')
            with open(probe, 'w') as handle:
                handle.write(build.header + '\nint main(void){return 0;}\n')
            wrong = self.run(self.compiler(build) + [probe, '-o', probe + '.x']
                             + ([] if build.own else self.libraries(build)),
                             env=self.compiler_environment())
        if wrong and build.package:
            return '%s is not there (Debian: %s)' % (build.name, build.package)
        return wrong

    def compiler(self, build):
        return [build.escc or self.backend, *FLAGS, *build.define.split()]

    def compiler_environment(self):
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith('ESCC_')}
        return {**kept, 'ESCC_CC': self.backend}

    def libraries(self, build):
        if build.own:
            return [os.path.join(self.folder, build.own + '.so')]
        return ['-Wl,--no-as-needed', build.library] if build.library else []

    def build_own(self, name):
        """By the compiler alone."""
        return self.run([self.backend, *FLAGS, '-shared', '-fPIC',
                         os.path.join(self.sources, name + '.c'), '-o',
                         os.path.join(self.folder, name + '.so')])

    def command(self, variant, program):
        if variant.build is GO:
            return [os.path.join(self.folder, 'go-programs'), program]
        return [os.path.join(self.folder, '%s-%s' % (program,
                                                     variant.build.name))]

    def build_c(self, builds, program):
        """For builds that differ only in what is linked."""
        command = self.compiler(builds[0])
        source = os.path.join(self.sources, program + '.c')
        target = os.path.join(self.folder, '%s-%s' % (program,
                                                      builds[0].name))
        wrong = self.run(command + ['-I', self.include, '-c', source,
                                    '-o', target + '.o'],
                         env=self.compiler_environment())
        for build in builds:
            wrong = wrong or self.run(
                command + [target + '.o', '-o', os.path.join(
                    self.folder, '%s-%s' % (program, build.name))]
                + self.libraries(build), env=self.compiler_environment())
        return wrong

    def build_go(self):
        cache = os.path.join(self.folder, 'go-cache')
        return self.run(['go', 'build', '-o',
                         os.path.join(self.folder, 'go-programs'), '.'],
                        cwd=os.path.join(self.sources, 'go'),
                        env={**os.environ, 'GOCACHE': cache, 'GOFLAGS': '',
                             'GOPROXY': 'off'})

    def build_all(self, variants, programs):
        builds = list(dict.fromkeys(variant.build for variant in variants))
        alike = {}
        for name in {build.own for build in builds if build.own}:
            wrong = self.build_own(name)
            if wrong:
                raise Failed('building %s: %s' % (name, wrong))
        for build in builds:
            if build is not GO:
                alike.setdefault((build.escc, build.define), []).append(build)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = {}
            if GO in builds:
                jobs['Go programs'] = pool.submit(self.build_go)
            for program in programs:
                for linked in alike.values():
                    jobs['%s for %s' % (program, linked[0].name)] = \
                        pool.submit(self.build_c, linked, program)
            for name, job in jobs.items():
                if job.result():
                    raise Failed('building %s: %s' % (name, job.result()))
