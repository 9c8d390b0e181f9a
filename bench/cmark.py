#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Time and memory of a library in a program that was not built with escc.

  bench/cmark.py [--rounds 3] [--limit] WRAPPER TEXT PLAIN_LIB_DIR LIB_DIR...

Python runs cmark's wrappers/wrapper.py with libcmark.so of each folder in
turn, on two texts of 1.1 MB: TEXT repeated (test/spec.txt of its sources), and
short lines full of links and emphasis, for which the library makes most calls.
Printed per text and folder: the least user and system time in seconds, the
most memory resident in MB, and both as multiples of the first folder's.  All
must print the same text.  With --limit it is an error if a folder takes more
than twice the time or 1.5 times the memory of the first."""
import argparse
import hashlib
import os
import subprocess
import sys

SIZE = 1100000
LINKS = b'- *a* [b](c) `d` **e** &amp; <f>\n\n'
TIME_LIMIT, MEMORY_LIMIT = 2.0, 1.5


def repeated(text):
    """SIZE bytes of it; a character that would be cut is left out."""
    text = (text * (SIZE // len(text) + 1))[:SIZE]
    return text.decode('utf-8', 'ignore').encode('utf-8')


def run(wrapper, folder, text):
    """One run: processor time, memory in MB, the output's checksum."""
    # Without the variable the loader would take the system's libcmark.
    child = subprocess.Popen(
        [sys.executable, wrapper], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=dict(os.environ, LD_LIBRARY_PATH=os.path.abspath(folder),
                 PYTHONUTF8='1'))
    # wrapper.py reads all of its input before it writes, so this cannot
    # block; wait4 tells of this child alone.
    child.stdin.write(text)
    child.stdin.close()
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit('cmark.py: %s: exit status %d'
                         % (folder, child.returncode))
    return (usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024,
            hashlib.sha256(output).hexdigest())


def compare(name, text, arguments):
    """Prints the table of one text; tells whether something is wrong."""
    runs = {folder: [] for folder in arguments.folders}
    for _ in range(arguments.rounds):
        for folder in arguments.folders:
            runs[folder].append(run(arguments.wrapper, folder, text))
    plain = runs[arguments.folders[0]]
    plain_time = min(r[0] for r in plain)
    plain_memory = max(r[1] for r in plain)
    failed = False
    for folder in arguments.folders:
        time = min(r[0] for r in runs[folder])
        memory = max(r[1] for r in runs[folder])
        print('%s %s: %.2f s (%.2f), %.1f MB (%.2f)' % (
            name, folder, time, time / plain_time,
            memory, memory / plain_memory))
        if any(r[2] != plain[0][2] for r in runs[folder]):
            print('%s %s: another output' % (name, folder))
            failed = True
        if arguments.limit and (time > TIME_LIMIT * plain_time
                                or memory > MEMORY_LIMIT * plain_memory):
            print('%s %s: over the limit' % (name, folder))
            failed = True
    return failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--limit', action='store_true')
    parser.add_argument('wrapper')
    parser.add_argument('text')
    parser.add_argument('folders', nargs='+')
    arguments = parser.parse_args()
    with open(arguments.text, 'rb') as file:
        spec = file.read()
    failed = False
    for name, text in (('spec', repeated(spec)), ('links', repeated(LINKS))):
        failed |= compare(name, text, arguments)
    return failed


if __name__ == '__main__':
    sys.exit(main())
