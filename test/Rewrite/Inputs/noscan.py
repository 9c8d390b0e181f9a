# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""noscan.py REWRITTEN.c: which allocation sites hold no pointers, by the name
of the function: plain_… do, full_… do not."""
import re
import sys

text = open(sys.argv[1]).read()
table = text[text.index('__escc_sites[] '):]
table = table[:table.index('};')]
sites = re.findall(r'\{"[^"]*","((?:plain|full)_\w+)","([^"]*)",(\d+),(\d+)\}',
                   table)
wrong = [site for site in sites if (int(site[3]) & 1)
         != site[0].startswith('plain_')]
print(len(sites), 'sites')
for name, what, line, scan in wrong:
    print(f'line {line}: {what} in {name}: {scan}')
sys.exit(bool(wrong) or len(sites) < 20)
