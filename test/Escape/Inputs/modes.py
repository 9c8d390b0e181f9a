# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a random unit of functions that keep their argument or not, as others
of their arguments say, which callers give as constants or hand on.

  modes.py SEED
"""
import random
import sys

FUNCTIONS = 14
CALLERS = 60
choose = random.Random(int(sys.argv[1]))


TYPES = ['int', 'unsigned char', '_Bool', 'signed char', 'long', 'unsigned',
         'unsigned short', 'enum small', 'enum packed']
VALUES = [0, 1, 2, 3, 0, 1, 2, 3, -1, 255, 256, 258, 65535, 1 << 31]


class Function:
    """Writes one; what it calls has a lower number."""

    def __init__(self, number):
        self.number = number
        self.pending = []           # labels that a goto has named already
        self.labels = 0
        self.changes = choose.random() < 0.15

    def value(self):
        return choose.choice(['m', 'n', 'm', 'n', '0', '1', '2', '3'])

    def out(self):
        return choose.choice(['to', '0', '&kept'])

    def condition(self):
        mode = choose.choice(['m', 'n'])
        number = choose.randrange(4)
        return choose.choice([
            mode, '!' + mode, '%s == %d' % (mode, number),
            '%s != %d' % (mode, number), '%s & %d' % (mode, number),
            '%s > %d' % (mode, number), 'm == %d && n' % number,
            'n || m == %d' % number, '(unsigned char)(%s - 1) > 1' % mode,
            'to', '!to', 'to == 0', 'calls & 1', 'm + n > 3',
            '%s < 0' % mode,
            '(%s)%s > %d' % (choose.choice(TYPES), mode, number),
            '-%s < -%d' % (mode, number), '~%s & %d' % (mode, number),
            '%s >> 1 == %d' % (mode, number),
            '(%s ^ 255) == %d' % (mode, number),
            '(%s, %d)' % (mode, number & 1), '%s == -1' % mode,
            '%s > -1' % mode, '(%s ? %s : !n)' % (mode, mode),
            '%s == 255' % mode, 'm == n', 'm / (n + 5) == 1',
            '%s %% 3 == 1' % mode, '%s << 31 < 0' % mode])

    def simple(self):
        kind = choose.random()
        if kind < 0.07:
            return ['kept = p;']
        if kind < 0.14:
            return ['if (to) *to = p;']
        if kind < 0.3 and self.number:
            return ['f%d(p, %s, %s, %s);' % (
                choose.randrange(self.number), self.value(), self.value(),
                self.out())]
        if kind < 0.35:
            return ['%s ? (void)(kept = p) : (void)calls++;'
                    % self.condition()]
        if kind < 0.4:
            return ['(%s) && (kept = p);' % self.condition()]
        if kind < 0.45 and self.changes:
            return ['%s = calls & 3;' % choose.choice(['m', 'n'])]
        return ['calls++;']

    def jump(self, in_loop, in_switch):
        kinds = ['return;', 'return;', 'goto']
        kinds += ['break;'] if in_loop or in_switch else []
        kinds += ['continue;'] if in_loop else []
        kind = choose.choice(kinds)
        if kind != 'goto':
            return [kind]
        if not self.pending or choose.random() < 0.5:
            self.pending.append('l%d' % self.labels)
            self.labels += 1
        return ['goto %s;' % choose.choice(self.pending)]

    def cases(self, depth, in_loop):
        out = ['switch (%s) {' % choose.choice(
            ['m', 'n', 'm & 2', 'm + n', 'm - n', '(signed char)m',
             '(unsigned char)n', '-m', '(long)n'])]
        if choose.random() < 0.1:
            out += ['int early;', 'early = 1; calls += early;']
        other = choose.choice([3, -1, 255, 127])
        names = ['case %d:' % i for i in (0, 1, 2, other)] + ['default:']
        choose.shuffle(names)
        for name in names[:choose.randrange(1, 6)]:
            nested = choose.random() < 0.08
            out += ['if (calls) {' if nested else '', name]
            out += self.statements(depth + 1, in_loop, True)
            out += ['}'] if nested else []
            if choose.random() < 0.6:
                out.append('break;')
        return out + ['}']

    def statement(self, depth, in_loop, in_switch):
        kind = choose.random()
        if depth >= 3 or kind < 0.4:
            return self.simple()
        if kind < 0.5:
            return ['if (%s) {' % self.condition(),
                    *self.jump(in_loop, in_switch), '}']
        if kind < 0.72:
            out = ['if (%s) {' % self.condition(),
                   *self.statements(depth + 1, in_loop, in_switch), '}']
            if choose.random() < 0.5:
                out += ['else {',
                        *self.statements(depth + 1, in_loop, in_switch), '}']
            return out
        if kind < 0.82:
            return self.cases(depth, in_loop)
        if kind < 0.86:
            return ['do {', *self.statements(depth + 1, True, False),
                    '} while (0 && (%s));' % self.condition()]
        name = 'k%d' % depth
        return ['for (int %s = 0; %s < 2; %s++) {' % (name, name, name),
                *self.statements(depth + 1, True, False), '}']

    def statements(self, depth, in_loop, in_switch):
        out = []
        for _ in range(choose.randrange(1, 4)):
            if self.pending and not in_loop and choose.random() < 0.3:
                out.append('%s: ;' % self.pending.pop())
            out += self.statement(depth, in_loop, in_switch)
        return out

    def text(self):
        body = self.statements(0, False, False)
        body += self.statements(0, False, False)
        ends = ['%s: ;' % label for label in self.pending]
        return ('static void f%d(int *p, %s m, %s n, int **to)\n{\n%s\n}'
                % (self.number, choose.choice(TYPES), choose.choice(TYPES),
                   '\n'.join(body + ends)))


print('enum small { A, B, C };\n'
      'enum __attribute__((packed)) packed { D, E, F };\n'
      'int *kept;\nint calls;')
for number in range(FUNCTIONS):
    print(Function(number).text())
for number in range(CALLERS):
    print('static void caller%d(void)\n{\nint x = 1;\n'
          'f%d(&x, %d, %d, %s);\n}' % (
              number, choose.randrange(FUNCTIONS), choose.choice(VALUES),
              choose.choice(VALUES), choose.choice(['0', '&kept'])))
print('int main(void)\n{\nfor (int i = 0; i < 4; i++) {')
for number in range(CALLERS):
    print('calls = i;\ncaller%d();\nkept = 0;' % number)
print('}\nreturn 0;\n}')
