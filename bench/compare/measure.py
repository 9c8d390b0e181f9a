# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs: one after the other, in rounds, each with a time limit.

A round runs all variants of a workload before it goes on to the next workload,
beginning with another variant than the round before, so that what else happens
on the machine hits all of them.  Programs are not bound to processors: a
collector that works beside the threads may use those that a program leaves
idle, as in use.
"""
import json
import os
import subprocess

import variants


class Workload:
    """A program with its arguments; `size` is what tables call it by."""

    def __init__(self, program, size, threads, *more):
        self.program, self.size, self.threads = program, size, threads
        self.more = more

    def name(self):
        size = '-%dM' % self.size if self.program == 'server' else ''
        return '%s%s/%d' % (self.program, size, self.threads)

    def arguments(self):
        return [str(word) for word in (self.size, self.threads, *self.more)]


# Up to two seconds of processor time with glibc's malloc.
FULL = {'trees': 17, 'mix': 16, 'graph': 1024, 'hash': 1024, 'handoff': 2048,
        'strings': 4096, 'numeric': 512, 'temporaries': 4096}
QUICK = {'trees': 10, 'mix': 8, 'graph': 16, 'hash': 16, 'handoff': 64,
         'strings': 32, 'numeric': 48, 'temporaries': 64}
RATE = 40000
# (megabytes, seconds, the numbers of threads that it is run with).  A
# gigabyte is refilled in about 8 seconds.
FULL_SERVERS = ((256, 6, (1, 2)), (1024, 10, (2,)))
QUICK_SERVERS = ((8, 1, (2,)),)
# What takes minutes, and why it is not run.
LEFT_OUT = {('boehm-incremental', 'server', 1024):
            'a fault for each page written, and it never catches up'}
# A run longer than this, in seconds, is made in the first round only: half an
# hour is for all.
LONG = 45


def workloads(quick, programs, threads):
    found = []
    sizes = QUICK if quick else FULL
    for program in programs:
        if program in sizes:
            found += [Workload(program, sizes[program], n) for n in threads]
            continue
        for size, seconds, usual in QUICK_SERVERS if quick else FULL_SERVERS:
            found += [Workload(program, size, n, seconds, RATE)
                      for n in threads if n in usual]
    return found


def machine_ticks():
    """(busy, stolen by other machines) of all processors, in seconds."""
    with open('/proc/stat') as stat:
        words = [int(word) for word in stat.readline().split()[1:9]]
    tick = os.sysconf('SC_CLK_TCK')
    return (sum(words[:3]) + words[5] + words[6]) / tick, words[7] / tick


class Wrong(Exception):
    """A run ended wrongly, or with another checksum."""


def run(workshop, variant, workload, limit, processors, trace):
    """One run's JSON object; `trace` is the file for a collector's trace."""
    environment = variants.environment(variant)
    if variant.is_escc() and workload.program == 'server':
        environment['ESCC_DEBUG'] = ','.join(
            filter(None, (environment.get('ESCC_DEBUG'), 'gctrace=2')))
    busy, stolen = machine_ticks()
    prepare = None
    if processors:
        def prepare():
            os.sched_setaffinity(0, processors)
    name = '%s with %s' % (workload.name(), variant.name)
    with open(trace, 'w+') as errors:
        try:
            done = subprocess.run(
                workshop.command(variant, workload.program)
                + workload.arguments(), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=errors, env=environment,
                timeout=limit, preexec_fn=prepare)
        except subprocess.TimeoutExpired:
            raise Wrong('%s: not done after %d s' % (name, limit)) from None
        errors.seek(0)
        said = errors.read()
    if done.returncode or not done.stdout:
        raise Wrong('%s: exit %d: %s' % (name, done.returncode, said[-500:]))
    if not said:
        os.remove(trace)
    result = json.loads(done.stdout)
    busy_after, stolen_after = machine_ticks()
    # What this machine did beside the run, and what others took from it.
    result['others_cpu'] = max(busy_after - busy - result['cpu'], 0)
    result['stolen'] = stolen_after - stolen
    return result


def rounds(workshop, chosen, loads, options, say):
    """{workload: {variant: [a result each round]}}, and a list of what went
    wrong.  A variant that fails is not run again with that workload."""
    results = {load.name(): {v.name: [] for v in chosen} for load in loads}
    wrong, over = [], set()
    for load in loads:
        for variant in chosen:
            reason = LEFT_OUT.get((variant.name, load.program, load.size))
            if reason:
                over.add((load.name(), variant.name))
                say('left out %s with %s: %s' % (load.name(), variant.name,
                                                 reason))
    for number in range(options.rounds):
        for load in loads:
            first = number % len(chosen)
            for variant in chosen[first:] + chosen[:first]:
                if (load.name(), variant.name) in over:
                    continue
                trace = os.path.join(options.out, 'traces', '%s-%s-%d.txt' % (
                    load.name().replace('/', '-'), variant.name, number + 1))
                try:
                    result = run(workshop, variant, load, options.timeout,
                                 options.processors, trace)
                except Wrong as error:
                    over.add((load.name(), variant.name))
                    wrong.append(str(error))
                    say('WRONG: %s' % error)
                    continue
                results[load.name()][variant.name].append(result)
                if result['wall'] > LONG and options.rounds > 1:
                    over.add((load.name(), variant.name))
                    say('%s with %s takes %d s: once is enough' % (
                        load.name(), variant.name, result['wall']))
            say('round %d of %d: %s' % (number + 1, options.rounds,
                                        load.name()))
    return results, wrong + differing(results)


def differing(results):
    """Workloads whose checksums are not the same in all runs."""
    wrong = []
    for load, by_variant in results.items():
        sums = {}
        for variant, runs in by_variant.items():
            for one in runs:
                sums.setdefault(one['checksum'], set()).add(variant)
        if len(sums) > 1:
            wrong.append('%s: checksums differ: %s' % (load, '; '.join(
                '%s (%s)' % (value, ', '.join(sorted(names)))
                for value, names in sorted(sums.items()))))
    return wrong
