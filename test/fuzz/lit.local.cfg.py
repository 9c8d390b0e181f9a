# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The folder's C files and corpora are the fuzzers', not tests.
config.suffixes = ['.test']
