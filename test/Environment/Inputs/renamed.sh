# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Compiles renamed.c, gives its calls of malloc, realloc and free other names
# by objcopy, and compares what the program that defines these prints with what
# gcc's does.
#
#   renamed.sh ESCC GCC FOLDER
escc=$1 gcc=$2 folder=$3
names="malloc realloc free"

rename() {
    objcopy $(printf -- '--redefine-sym %s=my_%s ' \
        $(for name in $names; do echo "$1$name $name"; done)) renamed.o
}

"$gcc" -O0 -c "$folder/renamed.c" && rename "" &&
    "$gcc" -w "$folder/renames.c" renamed.o -o plain && ./plain > expected ||
    exit 1
for cc in clang gcc; do
    for level in -O0 -O2; do
        ESCC_CC=$cc "$escc" $level -fno-builtin -c "$folder/renamed.c" &&
            rename "" && rename __escc_ &&
            ESCC_CC=$cc "$escc" -w $level "$folder/renames.c" renamed.o \
                -o rewritten 2>> told &&
            ESCC_DEBUG=verify=1,clobber=1,gcstress=16 ./rewritten > actual &&
            cmp expected actual || exit 1
    done
done
grep -q 'abc 600 300 300' expected && ! grep warning told
