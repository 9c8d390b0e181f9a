# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""maxrss.py MEGABYTES COMMAND…: runs the command; fails if it fails or if
more than MEGABYTES were resident at once."""
import resource
import subprocess
import sys

limit, command = int(sys.argv[1]), sys.argv[2:]
status = subprocess.run(command).returncode
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
print('at most %d MB resident' % most)
if status:
    sys.exit('exit status %d' % status)
if most > limit:
    sys.exit('that is more than %d MB' % limit)
