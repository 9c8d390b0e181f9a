/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* path.h - names of files.  Results live in the arena. */
#ifndef ESCC_UTIL_PATH_H
#define ESCC_UTIL_PATH_H

#include <stdbool.h>

/* What follows the last '/'; points into `path`. */
const char *path_base(const char *path);
/* What precedes the last '/', "." without one, "/" for the root. */
const char *path_dir(const char *path);
/* The base without its last extension: "a.b" of "x/a.b.c".  A base that
 * only begins with a dot keeps it. */
const char *path_stem(const char *path);
/* `path` with the last extension of its base replaced by `extension` (with
 * its dot), or with that appended if it has none; as LLVM does it, so
 * ".x" becomes ".d". */
const char *path_replace_extension(const char *path, const char *extension);
/* "folder/name". */
const char *path_join(const char *folder, const char *name);

/* `path` as seen from `folder`, both absolute, links not looked at: "../x",
 * or "." if they are the same. */
const char *path_relative(const char *folder, const char *path);

bool path_exists(const char *path);
/* Exists and is a regular file (or a link to one). */
bool path_is_file(const char *path);

/* `path` with its links resolved; NULL if that fails, or if it is NULL. */
const char *path_real(const char *path);
/* The running program, links resolved; NULL if the system does not tell. */
const char *path_self(void);
/* `program` as execvp would find it, NULL if it would not. */
const char *path_search(const char *program);

#endif
