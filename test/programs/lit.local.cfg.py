# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The programs here are inputs of the recipes.
config.suffixes = ['.test']
