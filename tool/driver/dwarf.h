/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* dwarf.h - moved locals for debuggers. */
#ifndef ESCC_DWARF_H
#define ESCC_DWARF_H

/* The object, or program, was made of rewritten texts: from now on its debug
 * information says of each local that moved that its name is a reference to
 * the object [inv.dwarf.reference].  Nothing happens to what has no debug
 * information, or none that is understood. */
void dwarf_show_moved(const char *path);

#endif
