#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# places.sh NAME CACHE: the tests of a program where /proc is not mounted, and
# under the filter of system calls of a service, as lit tests (recipe_test.sh).
set -u
here=$(cd "$(dirname "$0")" && pwd)
gcc -w -O1 "$here/../Environment/Inputs/within.c" -o within || exit 1
cat >no-proc <<'END'
#!/bin/sh
exec unshare -Urm sh -c 'mount -t tmpfs none /proc && exec "$@"' sh "$@"
END
chmod +x no-proc
for place in "$PWD/within service" "$PWD/no-proc"; do
  echo "place: $place"
  CORPUS_WITHIN=$place "$here/recipe_test.sh" "$@" || exit
done
