#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# places.sh NAME CACHE: the tests of a program under the filter of system calls
# of a service, and then where /proc is not mounted, as a lit test
# (recipe_test.sh).
set -u
here=$(cd "$(dirname "$0")" && pwd)
gcc -w -O1 "$here/../Environment/Inputs/within.c" -o within || exit 1
cat >places <<END
#!/bin/sh
"$PWD/within" service "\$@"
exec unshare -Urm sh -c 'mount -t tmpfs none /proc && exec "\$@"' sh "\$@"
END
chmod +x places
CORPUS_WITHIN=$PWD/places exec "$here/recipe_test.sh" "$@"
