# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# places.sh LOG: what a message of the runtime says of places, with lines.
sed -n 's/^escc: \(.*here\): \(addr2line .*\)/\1: \2/p' "$1" |
  while IFS=: read -r what command; do echo "$what: $($command)"; done
