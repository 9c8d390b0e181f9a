# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Only the .test files; there are no C files with RUN lines here.
config.suffixes = ['.test']
