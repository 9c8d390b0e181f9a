/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* image.h - a program or library as it would be loaded. */
#ifndef ESCC_IMAGE_H
#define ESCC_IMAGE_H

#include <link.h>
#include <stdbool.h>

/* Maps the file's segments, and relocates what does not depend on other
 * objects.  Nothing of it runs.  Fills in *info, which lives as long as the
 * process; prints an error and returns false if that is not possible. */
bool image_load(struct dl_phdr_info *info, const char *path);

#endif
