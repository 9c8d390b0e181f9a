# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a unit's facts (escc/facts.h) as C text, from a short one.

    facts.py 'unit b.c' 'def f never,never g:0:0,always' 'local x main 7 f:1:0'

unit NAME               the main source file
version N               another version of the format
def NAME P...           a function; for each parameter its conditions of levels
                        0 and 1, which is that of 2 as well: never, always, or
                        atoms
variadic NAME P...      the same, variadic
local X FUNCTION LINE A a decision byte and its condition
atoms                   FUNCTION:PARAMETER:LEVEL, joined by +
"""
import sys

MAGIC, VERSION, REF = 0x66637365, 4, 0x80000000
NEVER = 0


class Unit:
    def __init__(self):
        self.version, self.text = VERSION, bytearray(1)
        self.names, self.defs, self.states, self.refs = [], [], [], []
        self.nodes, self.locals, self.rows = [], [], {}
        self.file = 0

    def string(self, word):
        at = len(self.text)
        self.text += word.encode() + b'\0'
        return at

    def name(self, word):
        if word not in self.rows:
            value = 0xcbf29ce484222325
            for c in word.encode():
                value = (value ^ c) * 0x100000001b3 % 2 ** 64
            self.rows[word] = len(self.rows)
            self.names += [value % 2 ** 32, value >> 32, self.string(word)]
        return self.rows[word]

    def node(self, atoms):
        edges = []
        for atom in atoms.split('+'):
            function, parameter, level = atom.split(':')
            edges.append(REF | len(self.refs) // 3)
            self.refs += [self.name(function), int(parameter), int(level)]
        self.nodes.append(edges)
        return len(self.nodes) - 1

    def state(self, word):
        if word in ('never', 'always'):
            return int(word == 'always')
        return 2 + self.node(word)

    def define(self, name, parameters, flags):
        self.defs += [self.name(name), len(self.states), len(parameters),
                      flags]
        for parameter in parameters:
            near, far = map(self.state, parameter.split(','))
            self.states += [near, far, far, NEVER, NEVER]

    def read(self, line):
        word, *rest = line.split()
        if word == 'unit':
            self.file = self.string(rest[0])
        elif word == 'version':
            self.version = int(rest[0])
        elif word in ('def', 'variadic'):
            self.define(rest[0], rest[1:], int(word == 'variadic'))
        elif word == 'local':
            name, function, at, atoms = rest
            self.locals += [self.node(atoms), self.string(name),
                            self.string(function), self.file, int(at)]
        else:
            sys.exit('facts.py: %s?' % word)

    def words(self):
        edges = [e for node in self.nodes for e in node]
        firsts = [0]
        for node in self.nodes:
            firsts.append(firsts[-1] + len(node))
        rows = (self.names + self.defs + self.states + self.refs + firsts +
                edges + self.locals)
        return [MAGIC, self.version, len(self.locals) // 5, 14 + len(rows),
                len(self.text), self.file, len(self.rows),
                len(self.defs) // 4, len(self.states), len(self.refs) // 3,
                len(self.nodes), len(edges), 0, 0] + rows


unit = Unit()
for line in sys.argv[1:]:
    unit.read(line)
words = unit.words()
print('''static const struct {
    unsigned words[%d];
    char text[%d];
} __escc_facts = {{%s},
    {%s}};''' % (len(words), len(unit.text),
                 ', '.join('%du' % w for w in words),
                 ', '.join('%d' % c for c in unit.text)))
n = len(unit.locals) // 5
print('''static struct {
    const void *facts;
%s} __escc_decided
    __attribute__((used, retain, section("escc_decided"), aligned(8)))
    = {&__escc_facts%s};''' % (
        '    volatile unsigned char at_load[%d];\n' % n if n else '',
        ', {%s}' % ', '.join(['1'] * n) if n else ''))
