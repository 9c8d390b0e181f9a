// The checks of _FORTIFY_SOURCE, and of checking functions that are called by
// name, stop the same copies as in plain C.
// RUN: %S/Inputs/differential %escc %clang %gcc %s -D_FORTIFY_SOURCE=2
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

struct pair { char *first, *second; };
static struct { struct pair small[2]; char room[256]; } s;
static char *small = (char *)s.small, *large;
static struct pair target[2];
static const struct pair constant[4] = {{"a", "b"}, {"c", "d"}};
static volatile size_t fits = sizeof target, too_much = sizeof target + 8;

static void by_memcpy(size_t n) { memcpy(target, large, n); }
static void by_memmove(size_t n) { memmove(target, large, n); }
static void by_bcopy(size_t n) { bcopy(large, target, n); }
static void by_name(size_t n)
{
    __builtin___memcpy_chk(target, large, n, sizeof target);
}
static void by_constant(size_t n)
{
    if (n > sizeof target)
        __builtin___memmove_chk(target, large, sizeof target + 8,
                                __builtin_object_size(target, 0));
    else
        __builtin___memmove_chk(target, large, sizeof target,
                                __builtin_object_size(target, 0));
}
static void from_constant(size_t n) { memcpy(target, constant, n); }

static void run(const char *name, void (*copy)(size_t), size_t n)
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(2);
        copy(n);
        _exit(target[1].second != NULL);
    }
    waitpid(child, &status, 0);
    printf("%s %zu: %s %d\n", name, n,
           WIFSIGNALED(status) ? "signal" : "exit",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

int main(void)
{
    large = calloc(1, 256);
    for (size_t i = 0; i < 256 / sizeof(char *); i++)
        ((char **)large)[i] = strdup("x");
    memcpy(small, large, sizeof s.small);
    printf("%s %s\n", s.small[0].first, s.small[1].second);
    static const struct {
        const char *name;
        void (*copy)(size_t);
    } all[] = {{"memcpy", by_memcpy}, {"memmove", by_memmove},
               {"bcopy", by_bcopy}, {"name", by_name},
               {"constant", by_constant}, {"from", from_constant}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        run(all[i].name, all[i].copy, fits);
        run(all[i].name, all[i].copy, too_much);
    }
    return 0;
}
