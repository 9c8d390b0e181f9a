#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Differential test with csmith programs: the checksum that CC's program prints must be
the one that the baseline's program prints.

  csmith.py --cc 'escc' [--baseline gcc] [--seeds 1-200] [--save DIR]
"""
import argparse
import os
import sys

import common
import differential


def generate(seed, folder):
    path = os.path.join(folder, 'csmith-%d.c' % seed)
    # Vary what the programs are made of; every combination is deterministic per seed.
    options = [['--max-funcs', '6'], ['--max-funcs', '12', '--max-pointer-depth', '4'],
               ['--inline-function', '--max-struct-fields', '6'],
               ['--no-bitfields', '--max-array-dim', '2', '--max-pointer-depth', '3']][seed % 4]
    done = common.execute(['csmith', '--seed', str(seed), '--output', path] + options, cwd=folder, timeout=60)
    return path if done.rc == 0 and os.path.exists(path) else None


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    differential.options(parser, seeds='1-200')
    arguments = parser.parse_args()
    sys.exit(differential.main(arguments, generate, ['-I/usr/include/csmith']))
