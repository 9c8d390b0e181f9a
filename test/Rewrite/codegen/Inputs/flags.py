# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads an object file made from barriers.c: in the functions without loops
every store of a pointer is followed by one load of the bound that its word is
compared with, those of a group [inv.group] behind the last of it, and none of
the loads was joined with another or moved in front of all stores.  Of two
stores to one slot the first may be gone.  Looked at is the text up to the
first return; compilers put copies of its end behind it.

Arguments: the object file.
"""
import re
import subprocess
import sys

STORES = {'one': 1, 'two_fields': 2, 'same_slot': 2, 'global_twice': 2,
          'biased_value': 1, 'volatile_slot': 2, 'packed_slot': 2, 'swap': 2,
          'group': 3, 'group_of_many': 5, 'group_overwritten': 3}

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
for name, count in STORES.items():
    stores = flags = 0
    for line in functions[name].splitlines():
        if re.search(r'\bretq?\b', line):
            break
        if store.search(line):
            stores += 2 if '%xmm' in line else 1
        if flag.search(line):
            flags += 1
            if not stores:
                print('%s: load %d of the bound before any store: %s'
                      % (name, flags, line.strip()))
                failed = True
    if flags != count:
        print('%s: %d loads of the bound for %d stores' % (name, flags, count))
        failed = True
if failed:
    sys.exit(1)
print('%d functions: a load of the bound after each store' % len(STORES))
