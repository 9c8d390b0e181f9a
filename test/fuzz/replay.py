# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""replay.py REWRITER DRIVER FOLDER: every input of the corpora once, through
the shipped programs."""
import pathlib
import subprocess
import sys

WAYS = (['--backend=clang'], ['--backend=clang', '-fescc-locals=all'],
        ['--backend=gcc'])
UNDERSTOOD = (0, 2, 3)      # rewritten, with warnings, errors of the user


def run(words, cwd=None):
    return subprocess.run(words, stdin=subprocess.DEVNULL, cwd=cwd,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=120, text=True, errors='replace')


def replay_text(rewriter, path):
    for way in WAYS:
        done = run([rewriter, '-o', 'out.i', '-fescc-verify-output', *way,
                    '--errors=errors', str(path), '--', '-std=gnu2x', '-w'])
        if done.returncode not in UNDERSTOOD:
            yield '%s %s: status %d\n%s' % (path.name, ' '.join(way),
                                            done.returncode, done.stdout)


def replay_words(driver, path):
    words = path.read_text().splitlines()
    # planned, not run
    done = run([driver, '-###', *[w for w in words
                                  if not w.startswith('@flags ')]])
    if done.returncode not in (0, 1):
        yield '%s: status %d\n%s' % (path.name, done.returncode, done.stdout)


def main():
    rewriter, driver, folder = sys.argv[1:]
    texts = sorted(pathlib.Path(folder, 'rewrite').glob('*.i'))
    lines = sorted(pathlib.Path(folder, 'cmdline').iterdir())
    failures = [f for path in texts for f in replay_text(rewriter, path)]
    failures += [f for path in lines for f in replay_words(driver, path)]
    print(*failures, sep='\n')
    print('%d texts, %d command lines, %d failures'
          % (len(texts), len(lines), len(failures)))
    sys.exit(bool(failures) or not texts or not lines)


main()
