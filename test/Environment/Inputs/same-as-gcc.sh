# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Builds a program with gcc, and with escc for each compiler behind it with and
# without optimization; runs all of them, those of escc also with a collection
# at every sixteenth allocation; and compares what they print and return.
#
#   same-as-gcc.sh ESCC GCC "SOURCES AND OPTIONS" [ARGUMENT...]
#
# Each ARGUMENT is for a run of its own; an empty one is none.
# CHURN says how much the programs allocate (churn.h).
escc=$1 gcc=$2 sources=$3
shift 3
[ $# -gt 0 ] || set -- ''

run() {
    timeout 100 "$1" ${2:+"$2"}
    echo "status $?"
}

"$gcc" -w -O1 -o plain $sources -lpthread || exit 1
for argument; do
    CHURN=100000 run ./plain "$argument" > "expected.$argument" 2> plain.err
done
for cc in clang gcc; do
    for level in -O0 -O2; do
        ESCC_CC=$cc "$escc" -w $level -o rewritten $sources -lpthread ||
            exit 1
        for argument; do
            for debug in verify=1 verify=1,clobber=1,gcstress=16; do
                CHURN=100000
                case $debug in *gcstress*) CHURN=4000;; esac
                export CHURN
                ESCC_DEBUG=$debug run ./rewritten "$argument" > actual \
                    2> actual.err
                if ! cmp "expected.$argument" actual; then
                    echo "$cc $level $argument ESCC_DEBUG=$debug:"
                    diff "expected.$argument" actual
                    cat actual.err
                    exit 1
                fi
            done
        done
    done
done
