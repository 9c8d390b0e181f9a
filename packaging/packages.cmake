# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The Debian packages, made by cpack of components of the same names:
#
#   escc        the compiler: programs, the archive that programs are linked
#               with, headers, manual pages
#   libesccrt0  the runtime as a shared library, for libraries made with escc
#   escc-doc    the documents

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME escc)
set(CPACK_PACKAGE_VENDOR escc)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
# CPack's own default, which it leaves out of the packages' descriptions.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_NAME} built using CMake")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL escc libesccrt0 escc-doc)
set(CPACK_COMPONENTS_GROUPING IGNORE)
# Compresses, strips and links within the tree that becomes a package.
set(CPACK_PRE_BUILD_SCRIPTS
    ${CMAKE_CURRENT_SOURCE_DIR}/debian/prepare.cmake)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${ESCC_MAINTAINER})
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# Who is linked with libesccrt.so.0 needs its package.  Not left to CPack, which
# takes escc-names.so for what it calls itself (runtime/CMakeLists.txt).
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/shlibs
     "libesccrt 0 libesccrt0 (>= ${PROJECT_VERSION})\n")

set(same_version "(= ${PROJECT_VERSION})")
# The machine's cc, or what escc was configured with.
set(backend "gcc | clang-19")
if(ESCC_BACKEND)
  get_filename_component(backend ${ESCC_BACKEND} NAME)
endif()
set(CPACK_DEBIAN_ESCC_PACKAGE_NAME escc)
set(CPACK_DEBIAN_ESCC_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_ESCC_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_ESCC_PACKAGE_DEPENDS
    "libesccrt0 ${same_version}, ${backend}, libc6-dev, binutils")
set(CPACK_DEBIAN_ESCC_PACKAGE_SUGGESTS "escc-doc, gdb, ccache")
set(CPACK_COMPONENT_ESCC_DESCRIPTION
"C compiler with garbage collection and escape analysis
escc is used in place of cc. It compiles unmodified C programs whose memory
is managed as Go manages it: a local whose address may outlive its function
is moved to a heap, what malloc returns is collected when nothing points to
it, and free is not needed and cannot do harm.")

set(CPACK_DEBIAN_LIBESCCRT0_PACKAGE_NAME libesccrt0)
set(CPACK_DEBIAN_LIBESCCRT0_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBESCCRT0_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LIBESCCRT0_PACKAGE_CONTROL_EXTRA
    ${CMAKE_CURRENT_SOURCE_DIR}/debian/triggers
    ${CMAKE_CURRENT_BINARY_DIR}/shlibs)
set(CPACK_COMPONENT_LIBESCCRT0_DESCRIPTION
"runtime library of C libraries compiled with escc
Allocator and garbage collector for programs and libraries that were
compiled with escc. Programs have a copy of their own; this one is for
shared libraries, which need it in programs that have none.")

set(CPACK_DEBIAN_ESCC-DOC_PACKAGE_NAME escc-doc)
set(CPACK_DEBIAN_ESCC-DOC_PACKAGE_SECTION doc)
set(CPACK_DEBIAN_ESCC-DOC_PACKAGE_ARCHITECTURE all)
set(CPACK_COMPONENT_ESCC-DOC_DESCRIPTION
"documents of the C compiler escc
How to use escc, with which build systems, its limits, its messages, what was
measured, and a walk through its sources.")
include(CPack)
