#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whether integer code pays for barriers that it does not need.

  bench/integers.py [--rounds 9] [--levels=-O2,-O3] [--apart] [--quick] ESCC

Compiles bench/integers.c with each of --compilers (clang-19 and gcc), alone
and behind escc, and runs the two programs in turns.  Printed are, for each
kernel, the ratios of the least processor times in user mode, escc to the
compiler alone, and their geometric mean.  Both print the same checksums, or
this fails.  --apart: the kernels have external linkage (-DAPART), and may be
called from anywhere.  --quick: each kernel once, for a test.
"""
import argparse
import math
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

# About 0.2 s each, at -O2 of clang 19 on a processor of 2023.
REPEATS = {"paths": 700, "prefix": 26000, "reverse": 50000, "matrix": 40000,
           "insertion": 1500, "siphash": 4500, "xoshiro": 12000,
           "xoshiro_static": 12000, "xxh64": 14000, "sha256": 300}


def run(program, kernel, repeats):
    """The seconds in user mode, and what is printed."""
    child = subprocess.Popen([program, kernel, str(repeats)],
                             stdout=subprocess.PIPE)
    text = child.stdout.read()
    child.stdout.close()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"integers.py: {program} {kernel} ended with "
                 f"{child.returncode}")
    return usage.ru_utime, text


def build(command, environment, level, options, program):
    flags = ["-DAPART"] if options.apart else []
    subprocess.run([*command.split(), level, *flags,
                    os.path.join(HERE, "integers.c"), "-o", program],
                   check=True, env={**os.environ, **environment})


def compare(programs, kernel, options):
    times = ([], [])
    repeats = 1 if options.quick else REPEATS[kernel]
    for i in range(1 if options.quick else options.rounds):
        texts = [None, None]
        for k in ((0, 1), (1, 0))[i % 2]:
            seconds, texts[k] = run(programs[k], kernel, repeats)
            times[k].append(seconds)
        if texts[0] != texts[1]:
            sys.exit(f"integers.py: {kernel} prints {texts[1]} instead of "
                     f"{texts[0]}")
    plain, escc = (max(min(t), 1e-6) for t in times)
    return escc / plain


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--levels", default="-O2,-O3")
    parser.add_argument("--compilers", default="clang-19,gcc")
    parser.add_argument("--only", default=",".join(REPEATS))
    parser.add_argument("--apart", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("escc")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for compiler in options.compilers.split(","):
            for level in options.levels.split(","):
                programs = [os.path.join(folder, name)
                            for name in ("plain", "escc")]
                build(compiler, {}, level, options, programs[0])
                build(options.escc, {"ESCC_CC": compiler}, level, options,
                      programs[1])
                ratios = {kernel: compare(programs, kernel, options)
                          for kernel in options.only.split(",")}
                mean = math.exp(sum(map(math.log, ratios.values()))
                                / len(ratios))
                if options.quick:
                    print(f"{compiler} {level}: {len(ratios)} kernels, "
                          "checksums agree", flush=True)
                    continue
                print(f"{compiler} {level}: " + "  ".join(
                    f"{kernel} {ratio:.2f}"
                    for kernel, ratio in ratios.items())
                    + f"  geometric mean {mean:.3f}", flush=True)


if __name__ == "__main__":
    main()
