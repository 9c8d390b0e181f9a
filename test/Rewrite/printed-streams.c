// Text with a pointer that goes through a stream or a descriptor which the
// process can read keeps the object, as does a pointer printed as an integer
// and one under a format that is no constant.
//
// RUN: %escc_verify -Wno-format -Wno-format-security -O2 %s -o %t
// RUN: env ESCC_DEBUG=clobber=1 timeout 60 %t
// RUN: env ESCC_CC=%gcc %escc_verify -w -O0 -fescc-locals=all %s -o %t
// RUN: env ESCC_DEBUG=clobber=1,gcstress=50 timeout 60 %t
// RUN: %escc_verify -w -O2 -D_FORTIFY_SOURCE=2 %s -o %t
// RUN: env ESCC_DEBUG=clobber=1 timeout 60 %t
// REQUIRES: gcc
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { NKINDS = 9, N = 20 };

struct object { long stamp; long rest[3]; };

static char texts[NKINDS][N][40];
static const char *volatile format = "%p";

static struct object *new_object(int i)
{
    struct object *object = malloc(sizeof *object);
    object->stamp = i;
    return object;
}

static int nstreams;
static FILE *next_stream(FILE *f) { nstreams++; return f; }

__attribute__((noinline)) static void through_stream(FILE *f, char *out,
                                                     int i)
{
    if (!f)
        exit(3);
    errno = 77;
    if (fprintf(next_stream(f), "%p\n", (void *)new_object(i)) < 0
        || fflush(f) != 0)
        exit(4);
    rewind(f);
    if (!fgets(out, 40, f))
        exit(5);
    fclose(f);
}

__attribute__((noinline)) static void through_memory(char *out, int i)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *f = open_memstream(&text, &bytes);
    fprintf(f, "%p", (void *)new_object(i));
    fclose(f);
    strcpy(out, text);
    free(text);
}

__attribute__((noinline)) static void through_descriptor(char *out, int i)
{
    int fd = memfd_create("text", 0);
    dprintf(fd, "%p", (void *)new_object(i));
    if (pread(fd, out, 39, 0) <= 0)
        exit(6);
    close(fd);
}

__attribute__((noinline)) static void through_output(char *out, int i)
{
    char text[64] = "";
    FILE *saved = stdout;
    stdout = fmemopen(text, sizeof text, "w");
    printf("%p", (void *)new_object(i));
    fclose(stdout);
    stdout = saved;
    memcpy(out, text, 39);
}

__attribute__((noinline)) static void make(int kind, char *out, int i)
{
    char buffer[64];
    switch (kind) {
    case 0: through_stream(tmpfile(), out, i); break;
    case 1: through_stream(fmemopen(buffer, 64, "w+"), out, i); break;
    case 2: through_memory(out, i); break;
    case 3: through_descriptor(out, i); break;
    case 4: through_output(out, i); break;
    case 5: snprintf(out, 40, "0x%lx", (unsigned long)new_object(i)); break;
    case 6: sprintf(out, "0x%" PRIxPTR, (uintptr_t)new_object(i)); break;
    case 7: snprintf(out, 40, format, (void *)new_object(i)); break;
    default: sprintf(out, "%ju", (uintmax_t)(uintptr_t)new_object(i)); break;
    }
}

static int is_kept(const char *text, int i)
{
    void *pointer = (void *)(uintptr_t)strtoull(text, NULL, 0);
    struct object *object = pointer;
    return object && object->stamp == i;
}

static void hide(char *stack) { memset(stack, 0, 4096); }

int main(void)
{
    char stack[4096];
    for (int kind = 0; kind < NKINDS; kind++)
        for (int i = 0; i < N; i++)
            make(kind, texts[kind][i], i);
    hide(stack);
    for (int i = 0; i < 300000; i++)
        if (!calloc(1, sizeof(struct object)))
            return 1;
    for (int kind = 0; kind < NKINDS; kind++)
        for (int i = 0; i < N; i++)
            if (!is_kept(texts[kind][i], i))
                return printf("lost: kind %d, %s\n", kind, texts[kind][i]);
    return nstreams != 2 * N;
}
