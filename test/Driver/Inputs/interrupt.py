# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Starts a command, sends it a signal while a step is running, and requires
that it dies of this signal, soon, with all processes that it started.

    interrupt.py INT|TERM|HUP COMMAND…
"""
import os
import signal
import subprocess
import sys
import time

LIMIT_SECONDS = 20


def descendants(mark):
    """Processes that carry `mark` in their environment."""
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/environ' % pid, 'rb') as handle:
                if mark in handle.read().split(b'\0'):
                    found.append(int(pid))
        except OSError:
            pass
    return found


def main():
    number = getattr(signal, 'SIG' + sys.argv[1])
    mark = 'INTERRUPT_TEST=%d' % os.getpid()
    name, value = mark.split('=')
    environment = dict(os.environ, **{name: value})
    environment.setdefault('FAKE_SLEEP', '30')
    # lit's workers ignore SIGINT, and who ignores a signal hands that on.
    signal.signal(number, signal.SIG_DFL)
    command = subprocess.Popen(sys.argv[2:], env=environment)
    start = time.time()
    # Until the slow step's `sleep` runs.
    while not any(open('/proc/%d/comm' % p).read() == 'sleep\n'
                  for p in descendants(mark.encode())
                  if os.path.exists('/proc/%d/comm' % p)):
        if time.time() - start > LIMIT_SECONDS or command.poll() is not None:
            sys.exit('the slow step was not reached')
        time.sleep(0.02)
    command.send_signal(number)
    status = command.wait(LIMIT_SECONDS)
    if status != -number:
        sys.exit('status %s instead of death by %s' % (status, sys.argv[1]))
    left = descendants(mark.encode())
    if left:
        sys.exit('still running: %s' % left)


main()
