# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Run by cpack between installing into its own tree and making packages of it
# (CPACK_PRE_BUILD_SCRIPTS): what Debian asks of packages and an installation
# does not need.

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(top ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
file(GLOB pages ${top}/*/usr/share/man/man*/*.[1-9])
file(GLOB changelogs ${top}/*/usr/share/doc/*/changelog)
foreach(file ${pages} ${changelogs})
  run(gzip -9nf ${file})
endforeach()

# The names of functions stay: a debugger shows them in traces.
file(GLOB_RECURSE archives ${top}/*/usr/lib/*.a)
file(GLOB_RECURSE objects ${top}/*/usr/lib/*.o)
foreach(file ${archives} ${objects})
  run(strip --strip-debug --enable-deterministic-archives ${file})
endforeach()
