#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Processor time of the same work done by several programs, in turn.

  bench/inturn.py [--rounds 3] NAME=COMMAND NAME=COMMAND...

Each COMMAND is run by the shell, so that it may begin with variables:

  bench/inturn.py plain='plain/tclsh bench/tcl.tcl' \\
      escc='escc/tclsh bench/tcl.tcl' \\
      stopped='ESCC_DEBUG=stw=1 escc/tclsh bench/tcl.tcl'

Printed are means over the rounds: time in user and in system mode, the ratio
of their sum to the first program's, that of the least sums, the time by the
clock, and the most memory and page faults of any round.  All must print the
same, or this fails.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time


def run(command):
    """What the process and its children took, and what it printed."""
    with tempfile.TemporaryFile() as out:
        begin = time.monotonic()
        process = subprocess.Popen(["sh", "-c", command], stdout=out,
                                   stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        clock = time.monotonic() - begin
        if process.returncode != 0:
            sys.exit(f"inturn: {command}: status {process.returncode}")
        out.seek(0)
        return usage, clock, out.read()


def report(name, runs, first):
    """Prints a line; returns mean and least of the processor time."""
    sums = [usage.ru_utime + usage.ru_stime for usage, _, _ in runs]
    user = sum(usage.ru_utime for usage, _, _ in runs) / len(runs)
    mean, least = sum(sums) / len(runs), min(sums)
    ratio, least_ratio = (mean / first[0], least / first[1]) if first \
        else (1.0, 1.0)
    clock = sum(clock for _, clock, _ in runs) / len(runs)
    memory = max(usage.ru_maxrss for usage, _, _ in runs) // 1024
    faults = max(usage.ru_minflt for usage, _, _ in runs)
    print(f"{name:12} user {user:6.2f} s  system {mean - user:5.2f} s  "
          f"ratio {ratio:5.2f} (least {least_ratio:5.2f})  "
          f"clock {clock:6.2f} s  {memory:5} MB  {faults} faults")
    return mean, least


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("programs", nargs="+", metavar="NAME=COMMAND")
    options = parser.parse_args()
    programs = [each.partition("=")[::2] for each in options.programs]
    runs = {name: [] for name, _ in programs}
    for _ in range(options.rounds):
        for name, command in programs:
            runs[name].append(run(command))
    if len({out for each in runs.values() for _, _, out in each}) != 1:
        sys.exit("inturn: what they print differs")
    first = None
    for name, each in runs.items():
        first = first or report(name, each, None)
        if name != programs[0][0]:
            report(name, each, first)
    print("load", *(f"{load:.1f}" for load in os.getloadavg()))


if __name__ == "__main__":
    main()
