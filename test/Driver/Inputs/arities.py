# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""optab.def against clang's own option table.

    arities.py OPTAB OPTIONS_INC

Every option that clang's driver takes with a separate word must have a row
with the same arity; and no row may claim a separate word for an option that
clang reads as one.  Options for other systems' linkers that take several
words are left out: escc does not run there.
"""
import re
import sys

ARITIES = {'Separate': 'SEPARATE', 'JoinedOrSeparate': 'EITHER',
           'JoinedAndSeparate': 'JOINED_AND_SEPARATE'}
# Apple's and Java's, never in a C compilation for Linux.
FOREIGN = re.compile(
    r'-(alias_list|allowable_client|arch_only|arcmt-|bundle_loader|ccc-arcmt|'
    r'ccc-objcmt|client_name|compatibility_version|current_version|darwin-|'
    r'dsym-dir|dylib_file|dylinker_|exported_symbols_list|force_load|'
    r'image_base|install_name|lazy_|multiply_defined|pagezero_size|'
    r'read_only_relocs|reexport_|seg_addr|seg1addr|segs_read|sub_|umbrella|'
    r'unexported_|weak_|Xmicrosoft|-bootclasspath|-CLASSPATH|-classpath|'
    r'-encoding|-extdirs|-output-class|hlsl-)')


def main():
    ours = {}
    row = re.compile(r'^OPTION\(\w+,\s+"([^"]+)",\s+(\w+),')
    with open(sys.argv[1], encoding='utf-8') as handle:
        for line in handle:
            match = row.match(line)
            if match:
                ours[match.group(1)] = match.group(2)
    theirs = {}
    row = re.compile(r'^OPTION\(prefix_(\d), "(-[^"]*)", \w+, (\w+), \w+, '
                     r'\w+, (?:nullptr|"(?:[^"\\]|\\.)*"), [^,]*, ([^,]*),')
    with open(sys.argv[2], encoding='utf-8') as handle:
        for line in handle:
            match = row.match(line)
            if match and 'DefaultVis' in match.group(4):
                theirs.setdefault(match.group(2), match.group(3))
    bad = []
    for name, kind in sorted(theirs.items()):
        wanted = ARITIES.get(kind)
        if not wanted or FOREIGN.match(name):
            continue
        if ours.get(name) != wanted:
            bad.append('%s: clang %s, optab.def %s' % (name, wanted,
                                                       ours.get(name)))
    for name, arity in sorted(ours.items()):
        kind = theirs.get(name)
        if arity not in ('FLAG', 'JOINED') and kind in ('Flag', 'Joined'):
            bad.append('%s: clang %s, optab.def %s' % (name, kind, arity))
        if arity == 'FLAG' and kind in ARITIES:
            bad.append('%s: clang %s, optab.def FLAG' % (name, kind))
    print('\n'.join(bad))
    print('%d options of clang, %d rows, %d wrong'
          % (len(theirs), len(ours), len(bad)))
    sys.exit(1 if bad or len(theirs) < 1000 or len(ours) < 200 else 0)


main()
