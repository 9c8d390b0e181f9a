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

/* Without "//", "/./" and "x/..". */
static const char *simple(const char *path)
{
    char *out = arena_alloc(strlen(path) + 2), *end = out;
    for (const char *s = path; *s;) {
        s += strspn(s, "/");
        size_t bytes = strcspn(s, "/");
        if (bytes == 2 && !strncmp(s, "..", 2)) {
            while (end > out && *--end != '/')
                ;
        } else if (bytes && !(bytes == 1 && *s == '.')) {
            *end++ = '/';
            memcpy(end, s, bytes);
            end += bytes;
        }
        s += bytes;
    }
    *end = '\0';
    return out;
}

const char *path_relative(const char *folder, const char *path)
{
    const char *from = simple(folder), *to = simple(path);
    size_t same = 0;
    for (size_t i = 0;; i++) {
        bool from_ends = !from[i] || from[i] == '/';
        bool to_ends = !to[i] || to[i] == '/';
        if (from_ends && to_ends)
            same = i;
        if (!from[i] || from[i] != to[i])
            break;
    }
    const char *result = *(to + same) ? to + same + 1 : "";
    for (const char *s = from + same; *s; s++)
        if (*s == '/')
            result = arena_printf("../%s", result);
    size_t bytes = strlen(result);
    if (bytes > 1 && result[bytes - 1] == '/')
        return arena_strndup(result, bytes - 1);
    return bytes ? result : ".";
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
