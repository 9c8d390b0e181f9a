# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Two builds of the same sources in different folders give the same bytes:
# no build path reaches debug information or __FILE__.
add_compile_options(
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/="
  "-ffile-prefix-map=${CMAKE_BINARY_DIR}/=")
