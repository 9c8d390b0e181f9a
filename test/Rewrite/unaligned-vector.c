// A store through a typedef of lesser alignment: the slot's own type does not
// say that it may stand anywhere.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef long vector __attribute__((vector_size(16), may_alias));
typedef struct { char *name; long number; } pair __attribute__((aligned(16)));
struct tail { vector first; vector rest[0]; };
typedef struct tail loose_tail __attribute__((aligned(1)));
typedef __int128 wide;
struct wides { wide first, second[2]; };
typedef struct wides loose_wides __attribute__((aligned(1)));
struct __attribute__((packed)) shifted { char c; loose_tail tail; };

/* Words at odd addresses are not found: this is about the stores. */
static char *kept[2];

static __attribute__((noinline)) int index_of(int i)
{
    return i;
}

static __attribute__((noinline)) void set(loose_tail *tail, char *text)
{
    vector value = {3, (long)text};
    tail->rest[index_of(0)] = value;
    tail->rest[index_of(1)] = tail->rest[index_of(0)] + (vector){1, 0};
}

static __attribute__((noinline)) void set_wide(loose_wides *w, char *text)
{
    w->second[index_of(1)] = (wide)(unsigned long)text << 8;
    w->first += w->second[1];
}

int main(void)
{
    struct shifted *s = calloc(1, sizeof *s + 2 * sizeof(vector));
    kept[0] = strdup("text");
    kept[1] = strdup("wide");
    set(&s->tail, kept[0]);
    vector got;
    memcpy(&got, (char *)s + 1 + 2 * sizeof got, sizeof got);
    printf("%ld %s\n", got[0], (char *)got[1]);
    char *bytes = calloc(1, 128);
    set_wide((loose_wides *)(bytes + 1), kept[1]);
    wide w;
    memcpy(&w, bytes + 1, sizeof w);
    printf("%s\n", (char *)(unsigned long)(w >> 8));
    pair p = {strdup("pair"), 1}, *q = &p;
    printf("%s\n", q->name);
    return 0;
}
