# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a random unit whose locals go to functions of another one
(joints/callees.c), what these return to others of its functions, to locals
of blocks around, and to results.  Nothing is read through a pointer.

  joints.py SEED
"""
import random
import sys

RETURNING = ['same', 'same_far', 'elsewhere', 'keep_same', 'pick']
TAKING = ['look', 'keep', 'look_far', 'keep_too']
FUNCTIONS = 40
choose = random.Random(int(sys.argv[1]))


def pointer(locals_, pointers, depth=0):
    kind = choose.random()
    if depth > 2 or kind < 0.35:
        address = not pointers or (locals_ and choose.random() < 0.6)
        return '&' + choose.choice(locals_) if address \
            else choose.choice(pointers)
    if kind < 0.45:
        return 'first_of(&%s)' % choose.choice(['q0', 'q1'])
    return '%s(%s)' % (choose.choice(RETURNING),
                       pointer(locals_, pointers, depth + 1))


def statement(locals_, pointers, depth):
    kind = choose.random()
    value = pointer(locals_, pointers)
    pair = choose.choice(['q0', 'q1'])
    if kind < 0.3:
        return ['%s = %s;' % (choose.choice(pointers), value)]
    if kind < 0.5:
        return ['%s(%s);' % (choose.choice(TAKING), value)]
    if kind < 0.65:
        return ['%s.%s = %s;' % (pair, choose.choice(['first', 'second']),
                                 value)]
    if kind < 0.75:
        return ['%s(&%s);' % (choose.choice(['look_at', 'keep_first']), pair)]
    if kind < 0.8:
        return ['own(%s);' % value]
    if kind < 0.85:
        return ['%s = own_same(%s);' % (choose.choice(pointers), value)]
    if depth == 3:
        return []
    i = 'i%d' % depth
    return ['for (int %s = 0; %s < 2; %s++) {' % (i, i, i),
            *block(locals_, pointers, depth + 1), '}']


def block(locals_, pointers, depth):
    names = ['x%d_%d' % (depth, i) for i in range(choose.randrange(1, 3))]
    out = ['int %s = %d;' % (name, choose.randrange(9)) for name in names]
    out.append('int *p%d = &%s;' % (depth, names[-1]))
    for _ in range(choose.randrange(2, 6)):
        out += statement(locals_ + names, pointers + ['p%d' % depth], depth)
    return out


print('#include "callees.h"')
print('static int *own_same(int *p) { return %s(%s(p)); }'
      % (choose.choice(RETURNING), choose.choice(RETURNING)))
print('static void own(int *p) { int *q = p; for (int i = 0; i < 2; i++) '
      'q = %s(q); %s(q); }' % (choose.choice(RETURNING),
                               choose.choice(TAKING)))
for number in range(FUNCTIONS):
    print('static int *f%d(int *a, int *b)\n{\n'
          'struct pair q0 = {a, b}, q1 = {0, 0};' % number)
    print('\n'.join(block([], ['a', 'b'], 0)))
    print('return %s;\n}' % choose.choice(['a', 'p0', 'same(b)', '0',
                                           'first_of(&q1)']))
print('int main(void)\n{\nint x = 1, y = 2;\nfor (int i = 0; i < 3; i++) {')
for number in range(FUNCTIONS):
    print('f%d(&x, &y);\nforget();' % number)
print('}\nreturn 0;\n}')
