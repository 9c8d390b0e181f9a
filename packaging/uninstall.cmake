# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# cmake -DMANIFEST=FILE -P uninstall.cmake: removes the files that the last
# installation of a build noted in FILE, and then those of their folders that
# have escc in their name and are empty.
if(NOT EXISTS ${MANIFEST})
  message(FATAL_ERROR "${MANIFEST}: nothing was installed from this build")
endif()
file(STRINGS ${MANIFEST} files)
set(folders)
foreach(file ${files})
  message(STATUS "Removing $ENV{DESTDIR}${file}")
  file(REMOVE $ENV{DESTDIR}${file})
  get_filename_component(folder ${file} DIRECTORY)
  while(folder MATCHES "/[Ee]scc(/|$)")
    list(APPEND folders $ENV{DESTDIR}${folder})
    get_filename_component(folder ${folder} DIRECTORY)
  endwhile()
endforeach()
list(REMOVE_DUPLICATES folders)
# A folder's name sorts before those in it.
list(SORT folders ORDER DESCENDING)
foreach(folder ${folders})
  file(GLOB left ${folder}/*)
  if(IS_DIRECTORY ${folder} AND NOT left)
    file(REMOVE_RECURSE ${folder})
  endif()
endforeach()
file(REMOVE ${MANIFEST})
