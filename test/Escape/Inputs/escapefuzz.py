# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random programs whose locals escape in every way there is.

    escapefuzz.py --cc 'escc -w' [--seeds 1-20] [--keep DIR] [--options=-O2]

Each program stores addresses of locals, parameters, members, elements and
compound literals through globals, results, members, out-parameters and
recursion, and later reads and writes through them, long after the locals are
dead.  With -DREFERENCE the same text allocates every local with malloc, so
that nothing dies: that program, compiled by a plain compiler, tells the right
answer.  A local that escapes but was left in its frame gives another one.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile

HEAD = r'''
#include <stdio.h>
#include <stdlib.h>
struct s { int v; int *p; struct s *r; int **q; };
#ifdef UNIT
#define OURS(n) ((n) % UNITS == UNIT)
#define LINKAGE
#define SHARED __attribute__((weak))
#else
#define OURS(n) 1
#define LINKAGE static
#define SHARED static
#endif
SHARED unsigned long hash = 1469598103934665603u;
SHARED int depth, steps;
static void see(int n) { hash = (hash ^ (unsigned)n) * 1099511628211u; }
#ifdef REFERENCE
#define NEW(T) ((T *)calloc(1, sizeof(T)))
#define DECLARE(T, x, init) T *x = NEW(T); *x = (init)
#define DECLARE_S(x) struct s *x = NEW(struct s)
#define DECLARE_ARRAY(x) int (*x)[3] = calloc(1, sizeof *x)
#define V(x) (*x)
#define P(x) x##_in
#define PARAMETER(T, x) T *x = NEW(T); *x = x##_in
#define FOR(x, n) \
    for (int *x = NEW(int); *x < (n) && ++steps < 4000; (*x)++)
static struct s *literal(struct s value)
{
    struct s *r = NEW(struct s);
    *r = value;
    return r;
}
#define LITERAL(...) literal((struct s){__VA_ARGS__})
#else
#define DECLARE(T, x, init) T x = (init)
#define DECLARE_S(x) struct s x = {0}
#define DECLARE_ARRAY(x) int x[3] = {0}
#define V(x) x
#define P(x) x
#define PARAMETER(T, x)
#define FOR(x, n) for (int x = 0; x < (n) && ++steps < 4000; x++)
#define LITERAL(...) (&(struct s){__VA_ARGS__})
#endif
SHARED int *gp; SHARED int **gq; SHARED struct s *gr; SHARED struct s gs;
static void walk(struct s *r)
{
    for (int n = 0; r && n < 8; r = r->r, n++) {
        see(r->v);
        if (r->p) see(*r->p);
        if (r->q && *r->q) see(**r->q);
    }
}
'''

C_TYPE = {'i': 'int', 'p': 'int *', 'q': 'int **', 'r': 'struct s *',
          's': 'struct s'}
NULL = {'p': '(int *)0', 'q': '(int **)0', 'r': '(struct s *)0', 'i': '0'}


class Program:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.functions = []
        self.lines = []
        self.names = 0
        # Without globals an address gets out only through results, members
        # and out-parameters: that is where the analysis is precise.
        self.globals = self.random.random() < 0.4

    def choose(self, items):
        return self.random.choice(items)

    def name(self):
        self.names += 1
        return 'x%d' % self.names

    def variables(self, kind):
        return [n for scope in self.scopes for k, n in scope if k == kind]

    def value(self, kind, level=2):
        """An expression of a type, without effects on the variables."""
        pick = self.random.random()
        v = self.variables
        forms = [NULL[kind]]
        if kind == 'i':
            forms = ['%d' % self.random.randrange(100), 'steps']
            forms += ['V(%s)' % x for x in v('i')]
            forms += ['V(%s).v' % x for x in v('s')]
            return self.choose(forms)
        variables = ['V(%s)' % x for x in v(kind)]
        if variables and pick < 0.35:
            return self.choose(variables)
        forms += variables
        if kind == 'p':
            forms += ['&V(%s)' % x for x in v('i')] * 2
            forms += ['&V(%s)[%d]' % (x, self.random.randrange(3))
                      for x in v('a')]
            forms += ['&V(%s).v' % x for x in v('s')]
            forms += ['V(%s).p' % x for x in v('s')]
            forms += ['(V(%s) ? *V(%s) : 0)' % (x, x) for x in v('q')]
            forms += ['(V(%s) ? V(%s)->p : 0)' % (x, x) for x in v('r')]
            forms += ['(V(%s) ? &V(%s)->v : 0)' % (x, x) for x in v('r')]
            forms += ['gp', 'gs.p'] * self.globals
        elif kind == 'q':
            forms += ['&V(%s)' % x for x in v('p')] * 2
            forms += ['&V(%s).p' % x for x in v('s')]
            forms += ['V(%s).q' % x for x in v('s')]
            forms += ['(V(%s) ? &V(%s)->p : 0)' % (x, x) for x in v('r')]
            forms += ['(V(%s) ? V(%s)->q : 0)' % (x, x) for x in v('r')]
            forms += ['gq', '&gs.p'] * self.globals
        else:
            forms += ['&V(%s)' % x for x in v('s')] * 2
            forms += ['V(%s).r' % x for x in v('s')]
            forms += ['(V(%s) ? V(%s)->r : 0)' % (x, x) for x in v('r')]
            forms += ['gr', '&gs', 'gs.r'] * self.globals
            if level:
                forms.append('LITERAL(%s, %s, %s, %s)' % (
                    self.value('i'), self.value('p', 0),
                    self.value('r', 0), self.value('q', 0)))
        callees = [f for f in self.functions if f[1] == kind]
        if level and callees and self.random.random() < 0.25:
            return self.call(self.choose(callees))
        return self.choose(forms)

    def call(self, function):
        name, _, parameters = function
        arguments = []
        for kind in parameters:
            if kind == 's':
                own = self.variables('s')
                arguments.append('V(%s)' % self.choose(own) if own else 'gs')
            else:
                arguments.append(self.value(kind, 0))
        return '%s(%s)' % (name, ', '.join(arguments))

    def place(self, kind):
        """A statement's prefix and the place that it may store to."""
        v = self.variables
        forms = [('', 'V(%s)' % x) for x in v(kind)]
        if kind == 'i':
            forms += [('if (V(%s)) ' % x, '*V(%s)' % x) for x in v('p')]
            forms += [('', 'V(%s).v' % x) for x in v('s')]
            forms += [('', 'V(%s)[%d]' % (x, self.random.randrange(3)))
                      for x in v('a')]
            forms += [('if (V(%s)) ' % x, 'V(%s)->v' % x) for x in v('r')]
            if self.globals:
                forms += [('if (gp) ', '*gp'), ('if (gr) ', 'gr->v')]
                forms += [('if (gq && *gq) ', '**gq')]
        else:
            forms += [('', 'V(%s).%s' % (x, kind)) for x in v('s')]
            forms += [('if (V(%s)) ' % x, 'V(%s)->%s' % (x, kind))
                      for x in v('r')] * 2
            if self.globals:
                forms += [('if (gr) ', 'gr->' + kind), ('', 'gs.' + kind)]
                forms += [('', 'g' + kind)] * 2
            if kind == 'p':
                forms += [('if (V(%s)) ' % x, '*V(%s)' % x)
                          for x in v('q')] * 2
                forms += [('if (gq) ', '*gq')] * self.globals
        return self.choose(forms or [('', 'steps')])

    def statement(self, indent, level):
        r = self.random.random()
        out = lambda text: self.lines.append('    ' * indent + text)
        if r < 0.10 and level:
            if self.random.random() < 0.5:
                out('if (%s & 1) {' % self.value('i'))
                self.scopes.append([])
            else:
                x = self.name()
                out('FOR(%s, %d) {' % (x, self.random.randrange(1, 4)))
                self.scopes.append([('i', x)])
            self.block(indent + 1, level - 1)
            self.scopes.pop()
            out('}')
        elif r < 0.30:
            self.declare(out)
        elif r < 0.42 and self.functions:
            f = self.choose(self.functions)
            out('%s;' % self.call(f))
        elif r < 0.50 and self.variables('s'):
            x = self.choose(self.variables('s'))
            own = self.variables('r')
            if own and self.random.random() < 0.5:
                y = self.choose(own)
                out('if (V(%s)) V(%s) = *V(%s);' % (y, x, y))
            else:
                out('V(%s) = V(%s);' % (x, self.choose(self.variables('s'))))
        elif r < 0.62:
            p = self.choose(self.variables('p') or ['gp'])
            p = p if p == 'gp' else 'V(%s)' % p
            out('if (%s) see(*%s);' % (p, p))
        else:
            kind = self.choose('ippqqrr')
            prefix, place = self.place(kind)
            # The order of a call and of the place's own loads is not
            # specified.
            simple = not prefix and place.startswith('V(')
            out('%s%s = %s;' % (prefix, place,
                                self.value(kind, 2 if simple else 0)
                                if place != 'steps' else 'steps'))

    def declare(self, out):
        kind = self.choose('iippqrssa')
        x = self.name()
        if kind == 's':
            out('DECLARE_S(%s);' % x)
        elif kind == 'a':
            out('DECLARE_ARRAY(%s);' % x)
        else:
            out('DECLARE(%s, %s, %s);' % (C_TYPE[kind], x, self.value(kind)))
        self.scopes[-1].append((kind, x))

    def block(self, indent, level):
        for _ in range(self.random.randrange(3, 9)):
            self.statement(indent, level)

    def function(self, number):
        result = self.choose('ipqr')
        kinds = [self.choose('ipqrs')
                 for _ in range(self.random.randrange(0, 4))]
        name = 'f%d' % number
        names = [self.name() for _ in kinds]
        self.scopes = [list(zip(kinds, names))]
        head = 'LINKAGE %s%s(%%s)' % (
            C_TYPE[result] + ('' if result != 'i' else ' '), name)
        self.lines.append(head % (', '.join(C_TYPE[k] for k in kinds) or
                                  'void') + ';\n#if OURS(%d)' % number)
        self.lines.append(head % (', '.join(
            '%s P(%s)' % (C_TYPE[k], n)
            for k, n in zip(kinds, names)) or 'void') + '\n{')
        self.lines.append('    if (depth > 6 || ++steps > 4000)\n'
                          '        return 0;\n    depth++;')
        for k, n in zip(kinds, names):
            self.lines.append('    PARAMETER(%s, %s);' % (C_TYPE[k], n))
        if self.random.random() < 0.5:      # it may call itself
            self.functions.append((name, result, kinds))
            recursive = True
        else:
            recursive = False
        for _ in range(3):
            self.declare(lambda text: self.lines.append('    ' + text))
        self.block(1, 2)
        self.block(1, 2)
        self.lines.append('    depth--;\n    return %s;\n}\n#endif\n'
                          % self.value(result, 0))
        if not recursive:
            self.functions.append((name, result, kinds))

    def text(self):
        for number in range(self.random.randrange(3, 8)):
            self.function(number)
        self.scopes = [[]]
        self.lines.append('#if OURS(0)\nint main(void)\n{')
        for _ in range(10):
            self.declare(lambda text: self.lines.append('    ' + text))
        for _ in range(12):
            self.lines.append('    steps = 0;\n    %s;'
                              % self.call(self.choose(self.functions)))
            for _ in range(3):
                self.statement(1, 1)
            for x in self.variables('p'):
                self.lines.append('    if (V(%s)) see(*V(%s));' % (x, x))
            for x in self.variables('q'):
                self.lines.append('    if (V(%s) && *V(%s)) see(**V(%s));'
                                  % (x, x, x))
            for x in self.variables('r'):
                self.lines.append('    walk(V(%s));' % x)
            for x in self.variables('s'):
                self.lines.append('    walk(&V(%s));' % x)
            self.lines.append(
                '    if (gp) see(*gp);\n'
                '    if (gq && *gq) see(**gq);\n'
                '    walk(gr);\n    walk(&gs);')
        self.lines.append('    printf("%016lx\\n", hash);\n'
                          '    return 0;\n}\n#endif')
        return HEAD + '\n'.join(self.lines) + '\n'


def run(command, **environment):
    try:
        r = subprocess.run(command, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, timeout=60,
                           env=dict(os.environ, **environment))
    except subprocess.TimeoutExpired:
        return -1, 'timeout'
    return r.returncode, r.stdout.decode(errors='replace')


def one(seed, options, folder):
    source = os.path.join(folder, 'seed%d.c' % seed)
    with open(source, 'w') as f:
        f.write(Program(seed).text())
    reference, program = source + '.ref', source + '.exe'
    status, text = run(options.reference.split()
                       + ['-w', '-DREFERENCE', source, '-o', reference])
    if status:
        return 'reference does not compile: ' + text
    cc = options.cc.split() + options.options.split()
    status, text, objects = 0, '', [source]
    if options.units:
        objects = ['%s.%d.o' % (source, u) for u in range(options.units)]
    for unit in range(options.units):
        if not status:
            status, text = run(cc + ['-DUNITS=%d' % options.units,
                                     '-DUNIT=%d' % unit, '-c', source,
                                     '-o', objects[unit]])
    if not status:
        status, text = run(cc + objects + ['-o', program])
    if status:
        return 'does not compile: ' + text
    expected = run([reference])
    if expected[0]:
        return None         # reads through null after all: no valid program
    for debug in [''] + options.debug:
        got = run([program], ESCC_DEBUG=debug)
        if got != expected:
            return 'ESCC_DEBUG=%s: %s instead of %s' % (
                debug, got, expected)
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--cc', required=True)
    parser.add_argument('--reference', default='clang-19 -O1')
    parser.add_argument('--options', default='-w -O1')
    parser.add_argument('--debug', action='append', default=[],
                        help='also run with this ESCC_DEBUG')
    parser.add_argument('--seeds', default='1-20')
    parser.add_argument('--units', type=int, default=0,
                        help='divide the functions among so many units')
    parser.add_argument('--keep')
    options = parser.parse_args()
    first, _, last = options.seeds.partition('-')
    failures = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        os.makedirs(folder, exist_ok=True)
        for seed in range(int(first), int(last or first) + 1):
            problem = one(seed, options, folder)
            if problem:
                failures += 1
                print('seed %d: %s' % (seed, problem), flush=True)
    print('%s: %d failed' % (options.seeds, failures))
    return failures != 0


sys.exit(main())
