# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# EsccNames.cmake - a library that defines what the runtime exports, and does
# nothing: assembly for it (runtime/CMakeLists.txt says what it is for).
#
#   cmake -DREADELF=… -DLIBRARY=libesccrt.so -DOUTPUT=x.S -P EsccNames.cmake
#
# A symbol has the type that it has in the runtime, or a linker would take the
# two for different things.
execute_process(COMMAND ${READELF} --dyn-syms --wide ${LIBRARY}
                OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" symbols "${symbols}")
set(text "/* Generated from libesccrt.so. */\n")
# number: value size type binding visibility section name
set(defined "^ *[0-9]+: +[0-9a-f]+ +([0-9]+) +([A-Z]+) +[A-Z]+ +[A-Z]+ ")
string(APPEND defined "+[0-9]+ +(_*escc_[A-Za-z0-9_]+)")
foreach(line IN LISTS symbols)
  if(NOT line MATCHES "${defined}")
    continue()
  endif()
  set(size ${CMAKE_MATCH_1})
  set(type ${CMAKE_MATCH_2})
  set(name ${CMAKE_MATCH_3})
  if(type STREQUAL "FUNC")
    set(where ".text")
    set(kind "function")
    set(size 1)
  elseif(type STREQUAL "TLS")
    set(where ".section .tbss,\"awT\",@nobits")
    set(kind "tls_object")
  else()
    set(where ".section .rodata")
    set(kind "object")
  endif()
  string(APPEND text "${where}\n.globl ${name}\n.type ${name},@${kind}\n"
         ".size ${name},${size}\n${name}: .zero ${size}\n")
endforeach()
# What the runtime's archive refers to: without that a linker to which
# --as-needed applies would leave the library out.
string(APPEND text ".text\n.globl dl_iterate_phdr\n"
       ".type dl_iterate_phdr,@function\n.size dl_iterate_phdr,1\n"
       "dl_iterate_phdr: .zero 1\n"
       ".section .note.GNU-stack,\"\",@progbits\n")
file(WRITE ${OUTPUT} "${text}")
