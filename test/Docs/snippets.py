# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the examples of a document, so that it cannot go out of date.

usage: snippets.py DOCUMENT [WORD…]

In the Markdown source a comment on the line before a fenced block says what
the block is:

  <!-- file: NAME -->   the block is the text of the file NAME
  <!-- run -->          bash commands; each must succeed
  <!-- run: STATUS -->  bash commands; the last exits with STATUS
  <!-- needs: WORD… --> the next `run` block, with its output, is for where
                        there is a program of that name, or WORD is an argument
  <!-- output -->       what the `run` block above printed, stdout and stderr
  <!-- output: like --> the same, but any number may stand for a number
  <!-- output: some --> each line of the block is a part of a printed line,
                        in this order; `like` holds too

Blocks without a comment are not looked at.  All blocks of a document share
one working directory, the one this script is started in; build/bin comes
first in PATH (lit's configuration does that).  A document without a `run`
block fails: then nothing was tested.
"""
import os
import re
import shutil
import subprocess
import sys

MARK = re.compile(r'\s*<!-- (file|run|output)(?:: (\S+))? -->\s*')
NEEDS = re.compile(r'\s*<!-- needs: (.+?) -->\s*')
FENCE = re.compile(r'(\s*)```(\w*)\s*')
NUMBER = re.compile(r'\d+(?:\.\d+)?')


def blocks(path):
    """(line number, kind, argument, text) of each marked block; of a `needs`
    the words are the argument."""
    with open(path, encoding='utf-8') as handle:
        text = handle.read().split('\n')
    at = 0
    while at < len(text):
        needs = NEEDS.fullmatch(text[at])
        if needs:
            yield at + 1, 'needs', needs.group(1).split(), ''
        mark = MARK.fullmatch(text[at])
        at += 1
        if not mark:
            continue
        fence = FENCE.fullmatch(text[at]) if at < len(text) else None
        if not fence:
            sys.exit('%s:%d: no block after the comment' % (path, at + 1))
        first = at + 1
        at = first
        while text[at].strip() != '```':
            at += 1
        body = [line[len(fence.group(1)):] for line in text[first:at]]
        yield first + 1, mark.group(1), mark.group(2), '\n'.join(body) + '\n'


def pattern(line):
    """A line of a document in which any number may stand for a number."""
    parts = [re.escape(p) for p in NUMBER.split(line.strip())]
    return r'\d+(?:\.\d+)?'.join(parts)


def equal(mode, shown, printed):
    shown, printed = shown.split('\n')[:-1], printed.split('\n')[:-1]
    if mode is None:
        return shown == printed
    if mode == 'like':
        return len(shown) == len(printed) and all(
            re.fullmatch(pattern(s), p.strip())
            for s, p in zip(shown, printed))
    if mode == 'some':
        rest = iter(printed)
        return all(any(re.search(pattern(s), p) for p in rest)
                   for s in shown)
    sys.exit('unknown kind of output: %s' % mode)


def run(text):
    done = subprocess.run(
        ['bash', '-eu', '-o', 'pipefail', '-c', text],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=300)
    return done.returncode, done.stdout.decode('utf-8', 'replace')


def main():
    path, ran, compared, printed = sys.argv[1], 0, 0, None
    words, here, left_out = sys.argv[2:], True, False
    for line, kind, argument, text in blocks(path):
        if kind == 'file':
            os.makedirs(os.path.dirname(argument) or '.', exist_ok=True)
            with open(argument, 'w', encoding='utf-8') as handle:
                handle.write(text)
        elif kind == 'needs':
            here = all(w in words or shutil.which(w) for w in argument)
        elif kind == 'run' and not here:
            here, left_out = True, True
        elif kind == 'run':
            left_out = False
            status, printed = run(text)
            ran += 1
            if status != int(argument or 0):
                sys.exit('%s:%d: exit status %d:\n%s\nprinted:\n%s'
                         % (path, line, status, text, printed))
        elif not left_out:
            compared += 1
            if printed is None:
                sys.exit('%s:%d: output of what?' % (path, line))
            if not equal(argument, text, printed):
                sys.exit('%s:%d: the document shows\n%s\nbut now it is\n%s'
                         % (path, line, text, printed))
    print('%s: ran %d blocks, compared %d outputs' % (path, ran, compared))
    if not ran:
        sys.exit('%s: no block is marked `run`' % path)


main()
