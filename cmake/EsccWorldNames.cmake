# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# A script (cmake -DTAGS=… -DMORE=… -DOUTPUT=… -P): writes a header with two
# sorted lists of the library's symbols:
#   mworld_names    those that a closed world may use: of libc.tags those
#                   without `open`, and those of mworld.names
#   mworld_storing  those that rewritten code alone may call: the rewriter looks
#                   at each call (`open`) or shades what it stores (`put`)
set(names)
set(storing)
file(STRINGS ${TAGS} rows REGEX "^[A-Za-z_]")
foreach(row IN LISTS rows)
  string(REGEX REPLACE ":.*" "" words "${row}")
  separate_arguments(words UNIX_COMMAND "${words}")
  if(NOT row MATCHES "[: ]open( |$)")
    list(APPEND names ${words})
  endif()
  if(row MATCHES "[: ](open( |$)|put=)")
    list(APPEND storing ${words})
  endif()
endforeach()
file(STRINGS ${MORE} rows REGEX "^[A-Za-z_]")
foreach(row IN LISTS rows)
  separate_arguments(words UNIX_COMMAND "${row}")
  list(APPEND names ${words})
endforeach()

# Writes `list` as `name`, a string for all, and `name`_at, where each begins.
function(list_text name list)
  list(REMOVE_DUPLICATES list)
  list(SORT list COMPARE STRING CASE SENSITIVE)
  set(text "static const char ${name}[] =\n")
  set(offsets "static const unsigned short ${name}_at[] = {\n")
  set(at 0)
  foreach(word IN LISTS list)
    string(APPEND text "    \"${word}\\0\"\n")
    string(APPEND offsets "    ${at},\n")
    string(LENGTH ${word} bytes)
    math(EXPR at "${at} + ${bytes} + 1")
  endforeach()
  if(at GREATER 65535)
    message(FATAL_ERROR "${name}: the offsets need more than 16 bits")
  endif()
  file(APPEND ${OUTPUT} "${text};\n${offsets}};\n")
endfunction()

file(WRITE ${OUTPUT} "")
list_text(mworld_names "${names}")
list_text(mworld_storing "${storing}")
