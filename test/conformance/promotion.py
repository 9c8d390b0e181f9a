#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random programs in which blocks of malloc's are stored, returned, freed and forgotten.

  promotion.py --cc escc [--baseline 'gcc -DNO_FREE'] [--seeds 1-300] [--save DIR]
  promotion.py --print SEED                         show one program

Each function has pointers to small nodes in variables of nested blocks and loops, copies them
about, stores them in nodes, globals, integers and halves of integers, gives them to functions
that keep, return, link or free them, lets some grow by realloc, and overwrites the stack now
and then.  What is in a frame although something outlives it, or shares a buffer, prints
something else.

Some of what is freed is used later, by way of any variable. With escc an object lives as long as
somebody can reach it, and where the program is compiled with NO_FREE free does nothing: both print the
same, whatever points to what. Blocks that are reused too early have other contents then, all the more
with ESCC_DEBUG=clobber=1. Addresses in halves are not seen by the collector: run with ESCC_GC=off.
"""
import argparse
import random
import sys

import differential

PRELUDE = r'''
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef NO_FREE
static void ignore(void *p) { (void)p; }
#define free ignore
#endif
struct node { struct node *next; int v; };
static struct node *global, *shelf[4];
static uintptr_t number;
static unsigned long sum;
static unsigned high, low;
static int limit;

static void mix(int v) { sum = sum * 31 + (unsigned)v + 7; }
__attribute__((noinline)) static void trash(void)
{
    volatile char bytes[1500];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)0xa5;
}
__attribute__((noinline)) static void store(struct node **to, struct node *n) { *to = n; }
__attribute__((noinline)) static struct node *same(struct node *n) { return n; }
__attribute__((noinline)) static void join(struct node *a, struct node *b) { if (a) a->next = b; }
__attribute__((noinline)) static void keep(struct node *n) { global = n; }
__attribute__((noinline)) static void keep_next(struct node *n) { if (n) shelf[1] = n->next; }
__attribute__((noinline)) static struct node *next(struct node *n) { return n ? n->next : n; }
__attribute__((noinline)) static void drop(struct node *n) { free(n); }
__attribute__((noinline)) static void walk(const struct node *n)
{
    for (int i = 0; i < 4 && n; i++, n = n->next)
        mix(n->v);
}
static struct node *make(int v)
{
    struct node *n = malloc(sizeof *n);
    n->next = 0, n->v = v;
    return n;
}
static struct node *note(int v) { return shelf[3] = make(v); }
static struct node *last(int v)
{
    static struct node *made;
    struct node *n = made ? made : make(v);
    return made = make(v), n;
}
__attribute__((noinline)) static void fill(void)
{
    for (size_t bytes = 16; bytes < 900; bytes += bytes / 2)
        for (int i = 0; i < 3; i++)
            memset(malloc(bytes), 0x5a, bytes);
    memset(malloc(40000), 0x5a, 40000);
}
'''

MAIN = r'''
int main(void)
{
    struct node root = {0, 5};
    for (limit = 0; limit < 16; limit++)
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
            struct node *got = all[i](i & 1 ? &root : 0);
            trash();
            walk(got), walk(global), walk((struct node *)number);
            for (int k = 0; k < 4; k++)
                walk(shelf[k]);
            walk((struct node *)((uintptr_t)high << 32 | low));
            root.next = global = 0;
            memset(shelf, 0, sizeof shelf);
            number = high = low = 0;
            printf("%d %zu %lx\n", limit, i, sum);
        }
    return 0;
}
'''

FUNCTIONS = 12


class Generator:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.out, self.number, self.indent = [], 0, 0
        self.scopes = []            # of lists of pointers
        self.outs = []              # of lists of pointers to pointers

    def emit(self, text):
        self.out.append('    ' * self.indent + text)

    def fresh(self, letter):
        self.number += 1
        return '%s%d' % (letter, self.number)

    def pointer(self):
        return self.r.choice([p for scope in self.scopes for p in scope])

    def variable(self):
        return self.r.choice([p for scope in self.scopes for p in scope if '[' not in p])

    def value(self):
        p, q = self.pointer(), self.pointer()
        return self.r.choice([p] * 9 + [
            'same(%s)' % p, 'same(%s)' % p, 'next(%s)' % p, '(%s ? %s->next : %s)' % (p, p, q),
            '(struct node *)(uintptr_t)%s' % p, '({ struct node *s = %s; s; })' % p, 'global',
            'shelf[%d]' % self.r.randrange(4), 'make(%d)' % self.r.randrange(50), 'NULL'])

    def allocate(self):
        p, v = self.pointer(), self.r.randrange(100)
        self.emit(self.r.choice([
            '%s = malloc(sizeof *%s); %s->next = NULL, %s->v = %d;' % (p, p, p, p, v),
            '%s = malloc(sizeof *%s); %s->next = %s, %s->v = %d;' % (p, p, p, p, p, v),
            '%s = calloc(1, sizeof(struct node)); mix(%s->v); %s->v = %d;' % (p, p, p, v),
            '%s = malloc(sizeof(struct node) + (size_t)limit * 8); *%s = (struct node){NULL, %d};' % (p, p, v),
            '%s = ({ struct node *s = malloc(sizeof *s); s->v = %d, s->next = NULL; s; });' % (p, v),
            'if (%s) { %s->next = malloc(sizeof *%s); %s->next->next = NULL, %s->next->v = %d; }' % (p, p, p, p, p, v)]))

    def outlive(self):
        p = self.pointer()
        self.emit(self.r.choice([
            'keep(%s);' % p, 'keep_next(%s);' % p, 'global = %s;' % p,
            'shelf[%d] = %s;' % (self.r.randrange(4), p), 'number = (uintptr_t)%s;' % p,
            '%s = (struct node *)number;' % p,
            'memcpy(&shelf[2], &%s, sizeof(void *));' % self.variable(),
            'high = (unsigned)((uintptr_t)%s >> 32), low = (unsigned)(uintptr_t)%s;' % (p, p)]))

    def free(self):
        p, q = self.fresh('t'), self.fresh('t')
        size = self.r.choice(['sizeof *' + p, '32', 'sizeof *%s + (size_t)limit * 8' % p])
        release = self.r.choice(['free', 'drop'])
        self.emit(self.r.choice([
            '{ struct node *%s = malloc(%s); %s->v = 3, %s->next = %s; walk(%s); %s(%s); }'
            % (p, size, p, p, self.pointer(), p, release, p),
            '{ struct node *%s = malloc(16), *%s = %s; if (limit & 1) %s = malloc(16); '
            '%s->v = 1, %s->v = 2; mix(%s->v); if (%s != %s) free(%s); free(%s); }'
            % (p, q, p, q, p, q, p, q, p, q, p)]))

    def reuse(self):
        """A block that may be reused when it is freed, or not, because something has its address still."""
        t, other, label, r = self.fresh('t'), self.variable(), self.fresh('out'), self.r
        size = r.choice(['600', 'sizeof *%s + 400' % t, 'sizeof *%s + (size_t)limit * 40' % t, '40000'])
        call = r.choice(['malloc(%s)' % size] * 4 + ['calloc(1, %s)' % size, 'make(4)', 'make(5)', 'note(6)', 'last(7)',
                                                     'aligned_alloc(16, 608)', '(limit & 1 ? make(1) : %s)' % other])
        uses = ['mix({0}->v);', 'walk({0});', 'walk(same({0}));', 'mix({0} ? {0}->v : 2);', '{{ struct node *s = {0}; mix(s->v); }}',
                '{0}->next = {0};', '{0}->next = make(8);', '{0}->next = {1};', 'join({0}, {1});']
        escapes = ['{1} = {0};', 'keep({0});', 'join({1}, {0});', 'if (limit & 1) {1} = {0};', 'store(&{1}, {0});',
                   'if ({1}) {1}->next = {0};', '{1} = same({0});', 'number = (uintptr_t){0};', 'shelf[1] = {0}->next;',
                   'memcpy(&shelf[2], &{0}, sizeof {0});', '{1} = {0}->next;']
        frees = ['free({0});'] * 6 + [
            'free((void *){0});', 'if (limit & 1) free({0});', 'if (limit & 1) free({0}); else free({0});',
            'free({0}), {0} = NULL;', 'do {{ free({0}); {0} = NULL; }} while (0);', 'if ({0}) {{ free({0}); {0} = make(3); }}',
            'for (int i = 0; i < 3; i++) {{ free({0}); {0} = make(i); }}', 'for (int i = 0; i < 3; i++) {{ if (i) free({0}); mix({0}->v); }}',
            'for (int i = 0; i < 3; i++) {{ if (i == limit) break; free({0}); fill(); }}',
            'switch (limit & 3) {{ case 0: free({0}); break; case 1: free({0}); case 2: mix({0}->v); }}',
            'while ({0}) {{ free({0}); if (limit & 1) break; {0} = NULL; }}', 'drop({0});',
            'if (limit & 2) goto {2}; free({0}); {2}:;', 'if (limit & 2) {{ free({0}); goto {2}; }} mix({0}->v); {2}:;',
            '{{ struct node *s = {0}; free(s); }}', 'free({0}); if (limit > 12) return NULL;']
        later = ['if ({0}) mix({0}->v);', 'walk({0});', 'walk({1});', '{0} = make(2); mix({0}->v); free({0});', 'free({0});',
                 '{1} = {0};', 'if (limit & 1) walk({0});', '{0} = malloc(600); {0}->v = 9, {0}->next = NULL; free({0}); walk({1});']
        lines = [r.choice(['struct node *{0} = {3};', 'struct node *{0} = NULL; {0} = {3};',
                           'struct node *{0}; if (({0} = {3}) == NULL) mix(1);', 'struct node *{0}, *{0}b = NULL; {0} = {3};'])]
        lines.append('if (!{0}) {0} = make(1);' if call.startswith('(') else '{0}->v = %d, {0}->next = NULL;' % r.randrange(99))
        lines += [r.choice(uses) for _ in range(r.randrange(3))]
        lines += [r.choice(escapes)] if r.random() < .3 else []
        lines += [r.choice(['struct node *{0}a = {0}; mix({0}a->v);', 'struct node *{0}a[2] = {{{0}, NULL}}; walk({0}a[0]);'])] \
            if r.random() < .3 else []
        lines += [r.choice(frees), 'fill();']
        lines += [r.choice(later)] if r.random() < .4 else []
        if any('{0}a' in line for line in lines) and r.random() < .3:
            lines.append('walk(*(struct node **)&{0}a);')
        lines += ['fill();']
        self.emit(('{{ ' + ' '.join(lines) + ' }}').format(t, other, label, call))

    def renew(self):
        """A block that grows and shrinks by realloc, in the frame or not, and may be kept then. No copy of a former
        address is used, for what it leads to is not the same everywhere."""
        t, other, r = self.fresh('t'), self.variable(), self.r
        size = r.choice(['sizeof *%s' % t, '32', 'sizeof *%s + (size_t)limit * 8' % t, '200'])
        first = r.choice(['malloc(%s)' % size] * 3 + ['realloc(NULL, %s)' % size] * 3 + ['calloc(2, 24)', 'make(4)'])
        value = r.choice(['NULL', 'NULL', self.pointer(), 'make(6)', 'malloc(16)'])
        grow = ['{0} = realloc({0}, %s);' % r.choice(['16', '24', '40', '64', '65', '600', '16 + (size_t)limit * 8'])] * 4 + [
            'for (size_t i = 1; i < 5; i++) {{ {0} = realloc({0}, i * 24); {0}->v += (int)i; }}',
            'if (limit & 1) {0} = realloc({0}, 200);', '{{ struct node *s = realloc({0}, 40); if (s) {0} = s; }}',
            '{0} = limit & 2 ? realloc({0}, 32) : {0};', 'struct node *{0}c = realloc({0}, 48); {0} = {0}c; mix({0}c->v);',
            'if (limit & 4) {{ struct node *s = malloc(20); *s = *{0}; s = realloc(s, 24); mix(s->v); free(s); }}',
            '{{ struct node *s = limit & 1 ? {0} : make(7); if (s == {0}) s = {0} = realloc(s, 80); mix(s->v); }}']
        later = ['walk({0});', 'free({0});', 'drop({0});', 'keep({0});', '{1} = {0};', 'shelf[0] = {0};', 'keep_next({0});',
                 'if ({1}) {1}->next = {0};', 'store(&{1}, {0});', 'number = (uintptr_t){0};', '{1} = {0}->next;', 'free({0});',
                 'if (limit > 13) return {0};', 'mix({0}->v); free({0});', 'global = same({0});']
        lines = [r.choice(['struct node *{0} = {2};', 'struct node *{0}; {0} = {2};', 'struct node *{0} = NULL; if (!{0}) {0} = {2};'])]
        lines.append('{0}->v = %d, {0}->next = {3};' % r.randrange(99))
        if value == 'malloc(16)':
            lines.append('{0}->next->v = 8, {0}->next->next = NULL;')
        for _ in range(r.randint(1, 3)):
            line = r.choice(grow)
            lines += [line if '{0}c' not in ' '.join(lines) else line.replace('struct node *{0}c', '{0}c')]
            lines += [r.choice(['trash();', 'walk({0});', 'mix({0}->v++);', 'fill();'])]
        lines += [r.choice(later), 'trash();']
        self.emit(('{{ ' + ' '.join(lines) + ' }}').format(t, other, first, value))

    def through(self):
        out = [p for scope in self.outs for p in scope]
        if out:
            p = self.r.choice(out)
            self.emit(self.r.choice(['*%s = %s;' % (p, self.value()), '%s = *%s;' % (self.pointer(), p)]))
        else:
            self.emit('store(&%s, %s);' % (self.variable(), self.value()))

    def simple(self):
        p = self.pointer()
        choice = self.r.random()
        if choice < .3:
            self.allocate()
        elif choice < .38:
            self.outlive()
        elif choice < .46:
            self.free()
        elif choice < .54:
            self.through()
        elif choice < .66:
            self.reuse()
        elif choice < .76:
            self.renew()
        else:
            self.emit(self.r.choice(['%s = %s;' % (p, self.value())] * 4 + [
                'if (%s) %s->next = %s;' % (p, p, self.value())] * 2 + [
                'if (%s) mix(%s->v++);' % (p, p), 'walk(%s);' % p, 'join(%s, %s);' % (p, self.value()), 'trash();']))

    def block(self, head, depth, tail='}'):
        self.emit(head)
        self.indent += 1
        self.scopes.append([])
        self.outs.append([])
        for _ in range(self.r.randrange(3)):
            p = self.fresh('p')
            self.emit('struct node *%s = %s;' % (p, self.r.choice(['NULL', 'NULL', 'malloc(sizeof(struct node))'])))
            self.emit('if (%s) %s->next = NULL, %s->v = %d;' % (p, p, p, self.r.randrange(9)))
            self.scopes[-1].append(p)
        if self.r.random() < .2:
            p = self.fresh('r')
            self.emit('struct node *%s[2] = {NULL, NULL};' % p)
            self.scopes[-1] += [p + '[0]', p + '[1]']
        if self.r.random() < .2:
            p = self.fresh('q')
            self.emit('struct node **%s = &%s;' % (p, self.variable()))
            self.outs[-1].append(p)
        for _ in range(self.r.randint(1, 6)):
            self.statement(depth + 1)
        self.scopes.pop()
        self.outs.pop()
        self.indent -= 1
        self.emit(tail)

    def statement(self, depth):
        choice = self.r.random() if depth < 4 else 1
        if choice < .06:
            self.block('{', depth)
        elif choice < .12:
            self.block('if (limit >> %d & 1) {' % self.r.randrange(4), depth)
            self.block('else {', depth)
        elif choice < .18:
            i = self.fresh('i')
            self.block('for (int %s = 0; %s < 3; %s++) {' % (i, i, i), depth)
        elif choice < .2:
            i = self.fresh('i')
            self.emit('int %s = 0;' % i)
            self.block('do {', depth, '} while (++%s < 2);' % i)
        elif choice < .22:
            self.emit('switch (limit & 3) {')
            for label in 'case 0:', 'case 1:', 'default:':
                self.emit(label)
                self.simple()
            self.emit('}')
        elif choice < .25:
            label = self.fresh('forward')
            self.emit('if (limit & %d) goto %s;' % (1 << self.r.randrange(4), label))
            self.simple()
            self.simple()
            self.emit('%s:;' % label)
        elif choice < .26:
            label, i = self.fresh('back'), self.fresh('i')
            self.emit('int %s = 0; %s:;' % (i, label))
            self.simple()
            self.allocate()
            self.emit('if (%s++ < 2) goto %s;' % (i, label))
        elif choice < .28:
            self.emit('if (limit > 12) return %s;' % self.value())
        else:
            self.simple()

    def program(self):
        self.emit(PRELUDE)
        for number in range(FUNCTIONS):
            self.scopes, self.outs, self.indent = [['a', 'b']], [[]], 0
            self.emit('__attribute__((noinline)) static struct node *f%d(struct node *a)\n{' % number)
            self.indent = 1
            self.emit('struct node *b = NULL;')
            for _ in range(self.r.randint(4, 14)):
                self.statement(0)
            self.emit('return %s;\n}' % self.r.choice([self.value(), 'NULL', 'NULL']))
        self.indent = 0
        self.emit('static struct node *(*const all[])(struct node *) = {%s};'
                  % ', '.join('f%d' % i for i in range(FUNCTIONS)))
        self.emit(MAIN)
        return '\n'.join(self.out) + '\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    if '--print' in sys.argv:
        parser.add_argument('--print', type=int, required=True)
        print(Generator(parser.parse_args().print).program(), end='')
        return 0
    differential.options(parser, seeds='1-300')
    args = parser.parse_args()

    def generate(seed, folder):
        path = '%s/promotion-%d.c' % (folder, seed)
        with open(path, 'w') as handle:
            handle.write(Generator(seed).program())
        return path
    return differential.main(args, generate, ['-std=gnu11', '-w'], all_usable=True)


if __name__ == '__main__':
    sys.exit(main())
