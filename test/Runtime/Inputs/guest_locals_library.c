/* The library of guest-locals.test, compiled by escc. */
#include "guest_locals.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct probe {
    struct probe *above;
    unsigned char bytes[248];
};

static void fill(struct probe *probe, struct probe *above, int seed)
{
    probe->above = above;
    memset(probe->bytes, seed, sizeof probe->bytes);
}

static void check(const struct probe *probe, const struct probe *above,
                  int seed)
{
    if (probe->above != above)
        abort();
    for (size_t i = 0; i < sizeof probe->bytes; i++)
        if (probe->bytes[i] != (unsigned char)seed)
            abort();
}

static int leave(callback *call, int way)
{
    struct probe outer;
    fill(&outer, NULL, way);
    call(&outer);
    switch (way) {
        struct probe skipped;
    case 0:
        return 0;
    case 1:
        goto out;
    case 2:
        fill(&skipped, &outer, 7);
        call(&skipped);
        check(&skipped, &outer, 7);
        break;
    default: {
        struct probe inner;
        fill(&inner, &outer, 8);
        call(&inner);
        check(&inner, &outer, 8);
        if (way == 3)
            goto out;
        break;
    }
    }
    check(&outer, NULL, way);
    return 1;
out:
    check(&outer, NULL, way);
    return 2;
}

void library_leaves(callback *call, int way)
{
    if (leave(call, way) != (way == 0 ? 0 : way == 1 || way == 3 ? 2 : 1))
        abort();
}

static void recurse(callback *call, struct probe *above, int depth)
{
    struct probe here;
    fill(&here, above, depth);
    call(&here);
    if (depth)
        recurse(call, &here, depth - 1);
    check(&here, above, depth);
}

void library_recurses(callback *call, int depth)
{
    recurse(call, NULL, depth);
}

/* A goto back keeps what is declared in front of its label and makes what is
 * declared behind it anew. */
static int go_back(callback *call, int passes)
{
    struct probe kept = {0};
    int pass = 0;
again:;
    struct probe again;
    call(&kept), call(&again);
    kept.bytes[0]++;
    fill(&again, &kept, pass);
    check(&again, &kept, pass);
    if (++pass < passes)
        goto again;
    return kept.bytes[0] == (unsigned char)passes && !kept.bytes[247];
}

void library_loops(callback *call, int passes)
{
    for (int i = 0, *at = &i; i < passes; ++*at) {
        struct probe zero = {0}, twice[2] = {{.bytes = "x"}};
        call(&i), call(&zero), call(twice), call(&at);
        check(&zero, NULL, 0);
        if (twice[0].bytes[0] != 'x' || twice[0].bytes[1]
            || twice[1].bytes[247])
            abort();
        fill(&zero, &twice[1], 255);
        fill(&twice[0], &twice[1], 254);
        fill(&twice[1], &zero, 253);
        if (i % 3 == 0)
            continue;
        struct probe *literal = &(struct probe){.above = twice};
        call(literal);
        check(literal, twice, 0);
        if (i % 3 == 1)
            literal = &(struct probe){.above = &zero};
        call(literal);
        fill(literal, &zero, i);
        check(&zero, &twice[1], 255);
        check(&twice[1], &zero, 253);
    }
    if (!go_back(call, passes))
        abort();
}

void library_makes_arrays(callback *call, int passes)
{
    int bytes = 0;
    for (int i = 1; i <= passes; i++) {
        char text[i], *end = text + i - 1;
        const int rows = (bytes++, 1 + i % 7), fixed = 3;
        short square[rows][2 * rows], (*row)[2 * rows] = square;
        _Alignas(64) char line[64];
        call(text), call(square), call(line), call(&row), call(&end);
        if ((uintptr_t)line % 64 || sizeof text != (size_t)i)
            abort();
        memset(text, i, sizeof text);
        memset(square, 2, sizeof square);
        memset(line, 3, sizeof line);
        call(text);
        if (*end != (char)i || row[rows - 1][2 * rows - 1] != 0x202
            || text[0] != (char)i || line[63] != fixed)
            abort();
    }
    if (bytes != passes)
        abort();
}

static long take(callback *call, struct probe by_value, long number,
                 double real)
{
    call(&by_value), call(&number), call(&real);
    check(&by_value, NULL, (int)number);
    number += (long)real;
    fill(&by_value, &by_value, 0);
    return number;
}

void library_takes(callback *call, int n)
{
    struct probe probe;
    fill(&probe, NULL, n);
    if (take(call, probe, n, 2.5) != n + 2)
        abort();
    check(&probe, NULL, n);
}

static void call_deep(callback *deep, struct probe *above, int depth)
{
    struct probe here;
    fill(&here, above, 100 + depth);
    if (depth)
        call_deep(deep, &here, depth - 1);
    else
        deep(&here);
    check(&here, above, 100 + depth);
}

void library_calls(callback *deep, int depth)
{
    call_deep(deep, NULL, depth);
}

static _Thread_local jmp_buf *target;

int library_catches(callback *deep, int depth)
{
    jmp_buf here;
    struct probe probe;
    fill(&probe, NULL, 50);
    target = &here;
    if (setjmp(here) == 0) {
        call_deep(deep, &probe, depth);
        return 0;
    }
    check(&probe, NULL, 50);
    return 1;
}

void library_jumps(void)
{
    longjmp(*target, 1);
}

long library_counts(callback *call, long add)
{
    static _Thread_local long sum;
    long local = add;
    struct probe probe;
    fill(&probe, NULL, (int)add);
    call(&local), call(&probe);
    check(&probe, NULL, (int)add);
    return sum += local;
}
