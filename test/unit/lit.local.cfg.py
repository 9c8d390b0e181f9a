# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The files here are no lit tests: CMake builds programs of them and registers
# these with add_test; each of those is one test.
import escc_formats

config.test_format = escc_formats.CTest(config.ctest, config.escc_build_root)
