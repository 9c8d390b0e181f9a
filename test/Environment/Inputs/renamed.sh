# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Compiles renamed.c, gives its calls of malloc, realloc and free other names
# by objcopy, and compares what the program that defines these prints with what
# gcc's does: linked as an object, as an archive, found by -l, and joined with
# another object before.
#
#   renamed.sh ESCC GCC FOLDER
escc=$1 gcc=$2 folder=$3
names="malloc realloc free"

rename() {
    objcopy $(printf -- '--redefine-sym %s=my_%s ' \
        $(for name in $names; do echo "$1$name $name"; done)) "$2"
}

# check WORD…: linked with these.
check() {
    "$escc" -w renames.o "$@" -o rewritten 2>> told &&
        ESCC_DEBUG=verify=1,clobber=1,gcstress=16 ./rewritten > actual &&
        cmp expected actual
}

rm -f told
"$gcc" -O0 -c "$folder/renamed.c" && rename "" renamed.o &&
    "$gcc" -w "$folder/renames.c" renamed.o -o plain && ./plain > expected ||
    exit 1
for cc in clang gcc; do
    for level in -O0 -O2; do
        export ESCC_CC=$cc
        rm -f librenamed.a
        "$escc" $level -fno-builtin -c "$folder/renamed.c" &&
            "$escc" $level -w -c "$folder/renames.c" &&
            rename "" renamed.o && cp renamed.o both.o &&
            rename __escc_ both.o && check both.o &&
            check renamed.o &&
            "$escc" -w $level "$folder/renames.c" renamed.o -o rewritten &&
            ./rewritten | cmp - expected &&
            ar rcs librenamed.a renamed.o && check librenamed.a &&
            check -L. -lrenamed &&
            "$escc" -r renamed.o -o joined.o && check joined.o || exit 1
    done
done
grep -q 'abc 600 300 300' expected && ! grep . told
