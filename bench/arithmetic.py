#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whether numeric code and copies by bytes pay for barriers.

  bench/arithmetic.py [--rounds 15] OTHER ESCC

Compiles bench/arithmetic.c at -O2 with two compilers (an older escc and a newer
one, or a plain compiler and escc) and runs the programs in turns.  Printed
are the ratios of the least and of the median times, ESCC to OTHER.
"""
import argparse
import os
import statistics
import subprocess
import tempfile

REPEATS = {"axpy": 4000, "transpose": 40, "copy": 6000, "sort": 30,
           "bytes": 2000, "short_bytes": 1500}


def seconds(program, what):
    done = subprocess.run([program, what, str(REPEATS[what])], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return float(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("other")
    parser.add_argument("escc")
    options = parser.parse_args()
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                          "arithmetic.c")
    with tempfile.TemporaryDirectory() as folder:
        programs = [os.path.join(folder, name) for name in ("other", "escc")]
        for compiler, program in zip((options.other, options.escc),
                                     programs):
            subprocess.run([*compiler.split(), "-O2", source, "-o", program],
                           check=True)
        for what in REPEATS:
            times = ([], [])
            for i in range(options.rounds):
                for k in ((0, 1), (1, 0))[i % 2]:
                    times[k].append(seconds(programs[k], what))
            least = min(times[1]) / min(times[0])
            median = (statistics.median(times[1])
                      / statistics.median(times[0]))
            print(f"{what:12} least {least:.3f}  median {median:.3f}",
                  flush=True)


if __name__ == "__main__":
    main()
