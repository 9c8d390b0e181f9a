# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads an object file made from barriers.c: in the functions without loops
every store of a pointer, or every group of such stores [inv.group], is followed
by one load of the flag, and none of the loads was joined with another or moved
in front of its store.  Looked at is the text up to the first return; compilers
put copies of its end behind it.

Arguments: the object file.
"""
import re
import subprocess
import sys

# Stores, and groups of them; unoptimised code has no groups.
STORES = {'one': (1, 1), 'two_fields': (2, 1), 'same_slot': (2, 1),
          'global_twice': (2, 1), 'biased_value': (1, 1),
          'volatile_slot': (2, 1), 'packed_slot': (2, 2), 'swap': (2, 1),
          'group': (3, 1), 'group_of_many': (5, 2), 'group_overwritten': (3, 1)}

text = subprocess.run(['objdump', '-d', '--no-show-raw-insn', sys.argv[1]],
                      stdout=subprocess.PIPE, check=True).stdout.decode()
functions = dict(re.findall(r'^[0-9a-f]+ <(\w+)>:\n(.*?)(?:\n\n|\Z)', text,
                            re.M | re.S))
# A 64-bit register to memory that is not the frame; or two words at once.
store = re.compile(r'\bmov(?:q|ups|aps|dqu|dqa)?\s+%(?:r|xmm)\w+,'
                   r'-?(?:0x[0-9a-f]+)?\((?!%rsp|%rbp)')
# Unoptimised code calls for it.
flag = re.compile(r'%fs:|call.*<__escc_stored>')
failed = False
for name, (alone, grouped) in STORES.items():
    stores = flags = 0
    count = alone if '<__escc_stored' in functions[name] else grouped
    for line in functions[name].splitlines():
        if re.search(r'\bretq?\b', line):
            break
        if store.search(line):
            stores += 2 if '%xmm' in line else 1
        if flag.search(line):
            flags += 1
            if flags > stores:
                print('%s: load %d of the flag before its store: %s'
                      % (name, flags, line.strip()))
                failed = True
    if flags != count:
        print('%s: %d loads of the flag for %d stores' % (name, flags, count))
        failed = True
if failed:
    sys.exit(1)
print('%d functions: a load of the flag after each store' % len(STORES))
