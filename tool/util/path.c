/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* path.c - see path.h. */
#include "path.h"

#include "arena.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *path_dir(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return ".";
    return slash == path ? "/" : arena_strndup(path, (size_t)(slash - path));
}

const char *path_stem(const char *path)
{
    const char *base = path_base(path), *dot = strrchr(base, '.');
    if (!dot || dot == base)
        return base;
    return arena_strndup(base, (size_t)(dot - base));
}

const char *path_replace_extension(const char *path, const char *extension)
{
    const char *dot = strrchr(path_base(path), '.');
    size_t bytes = dot ? (size_t)(dot - path) : strlen(path);
    return arena_printf("%.*s%s", (int)bytes, path, extension);
}

const char *path_join(const char *folder, const char *name)
{
    return arena_printf("%s/%s", folder, name);
}

bool path_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool path_is_file(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISREG(facts.st_mode);
}

const char *path_real(const char *path)
{
    char *real = path ? realpath(path, NULL) : NULL;
    const char *copy = real ? arena_strdup(real) : NULL;
    free(real);
    return copy;
}

const char *path_self(void)
{
    return path_real("/proc/self/exe");
}

const char *path_search(const char *program)
{
    if (strchr(program, '/'))
        return access(program, X_OK) == 0 ? program : NULL;
    const char *path = getenv("PATH");
    while (path && *path) {
        size_t bytes = strcspn(path, ":");
        const char *folder = bytes ? arena_strndup(path, bytes) : ".";
        const char *candidate = path_join(folder, program);
        if (path_is_file(candidate) && access(candidate, X_OK) == 0)
            return candidate;
        path += bytes + (path[bytes] == ':');
    }
    return NULL;
}
