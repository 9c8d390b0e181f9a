#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""broken.py REPORT FILE COMMAND...: writes the report to the file in one broken
form after the other, and at last as it is; prints what the command says each
time, after the form's name and the exit status."""
import copy
import json
import subprocess
import sys

# Deeper than jansson reads; and what it reads, but two deeper, as the page has
# it, not always writes.
TOO_DEEP, DEEP = 100000, 2046


def line_of(entry):
    return json.dumps(entry).encode()


def changed(entry, change):
    entry = copy.deepcopy(entry)
    change(entry)
    return line_of(entry)


def nested(entry, depth):
    return line_of(entry)[:-1] + b',"x":' + b'[' * depth + b']' * depth + b'}'


def main():
    report, path, *command = sys.argv[1:]
    with open(report, 'rb') as handle:
        header, *lines = handle.read().splitlines()
    whole = next(l for l in lines if b'"location"' in l)
    entry = json.loads(whole)
    for name, line in [
            ('cut', whole[:len(whole) // 2]),
            ('bytes', whole.replace(b'"escc"', b'"\xff"')),
            ('nul', whole.replace(b'"escc"', b'"\0"')),
            ('lacks', changed(entry, lambda e: e.pop('data'))),
            ('other', changed(entry, lambda e: e.update(message=7))),
            ('step', changed(entry, lambda e: e['relatedInformation'][-1][
                'location'].pop('uri'))),
            ('deep', nested(entry, TOO_DEEP)),
            ('deeper', nested(entry, DEEP)),
            ('whole', whole)]:
        with open(path, 'wb') as handle:
            handle.write(header + b'\n' + line)
        done = subprocess.run(command, stderr=subprocess.STDOUT,
                              stdout=subprocess.PIPE, errors='replace')
        print('%s: %d: %s' % (name, done.returncode, done.stdout.strip()))


main()
