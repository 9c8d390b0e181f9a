# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# bash completion for escc: its own options and their values, as it prints them
# itself, and those of the compiler behind it, which completes its own.

_escc()
{
    local line=${COMP_LINE:0:COMP_POINT} word option
    word=${line##*[[:space:]]}
    COMPREPLY=()
    case $word in
    -*=*)
        option=${word%%=*}
        # "  -fescc-locals=escaping|all|none" in escc's list.
        COMPREPLY=($(compgen -W "$("$1" --escc-help=options 2>/dev/null |
            sed -n "s/^  $option\[\{0,1\}=\([^] ]*|[^] ]*\).*/\1/p" |
            tr '|' ' ')" -- "${word#*=}"))
        ;;
    -*)
        COMPREPLY=($(compgen -W "$(
            "$1" --escc-help=options 2>/dev/null |
                sed -n 's/^  \(-[a-z-]*\)\([=[]\{0,1\}\).*/\1\2/p' |
                tr '[' '='
            "$1" --autocomplete="$word" 2>/dev/null | cut -f 1
            "$1" --completion="$word" 2>/dev/null)" -- "$word"))
        ;;
    esac
    [[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
}

# All of escc's names: escc-gcc-12, escc++.
complete -o default -F _escc escc \
    $(compgen -c escc | grep -x -e 'escc++' -e 'escc-\(gcc\|clang\)[-.0-9]*')
