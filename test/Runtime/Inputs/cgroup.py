# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""cgroup.py BYTES COMMAND...: runs a command in a control group of its own
that may have so many bytes of memory.  The exit status is the command's, or
128 and the signal; 77 and a line SKIP where no group can be made."""
import os
import subprocess
import sys


def skip(reason):
    print('SKIP: no control group with a memory limit can be made here: %s'
          % reason)
    sys.exit(77)


def groups():
    """Folders of this process's groups that may have such children."""
    with open('/proc/self/cgroup') as file:
        paths = [line.rstrip('\n').split(':', 2) for line in file]
    with open('/proc/self/mountinfo') as file:
        mounts = [line.split() for line in file]
    for fields in mounts:
        kind, options = fields[fields.index('-') + 1], fields[-1].split(',')
        for number, controllers, path in paths:
            if (kind == 'cgroup2' and number == '0' or kind == 'cgroup' and
                    'memory' in options and
                    'memory' in controllers.split(',')):
                below = path if fields[3] == '/' else path[len(fields[3]):]
                yield fields[4] + below.rstrip('/')
                yield fields[4]


def make_group(limit):
    reason = 'no hierarchy'
    for parent in groups():
        group = os.path.join(parent, 'escc-test-%d' % os.getpid())
        try:
            os.mkdir(group)
        except OSError as error:
            reason = error
            continue
        for name in ('memory.max', 'memory.limit_in_bytes'):
            file = os.path.join(group, name)
            try:
                if os.path.exists(file):
                    with open(file, 'w') as out:
                        out.write(str(limit))
                    return group
            except OSError as error:
                reason = error
        os.rmdir(group)
    return skip(reason)


def main():
    limit, command = int(sys.argv[1]), sys.argv[2:]
    group = make_group(limit)

    def enter():
        with open(os.path.join(group, 'cgroup.procs'), 'w') as out:
            out.write('0')
    try:
        try:
            status = subprocess.run(command, preexec_fn=enter).returncode
        except subprocess.SubprocessError as error:
            skip(error)
    finally:
        os.rmdir(group)
    sys.exit(status if status >= 0 else 128 - status)


main()
