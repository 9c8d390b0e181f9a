#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random programs that name locals wherever C and GNU C let a name stand.

  declarators.py --cc escc [--baseline gcc] [--seeds 1-300] [--save DIR]
  declarators.py --print SEED                       show one program
  declarators.py --cc escc --without pragma,asm     leave places out
  declarators.py --cc escc --places sizeof,case     only these

In each program locals and parameters of many types have their addresses kept in globals,
so that they move to the heap where the compiler is one that moves them, and are then named
in declarators, attributes, unevaluated operands, constant expressions, statements, and
beside labels, members, tags, typedefs and other things of the same name.  What the program
prints (sizes, alignments, values) has the number and the name of the place in front.

The programs are free of undefined behaviour and valid for gcc 12 and clang 19:
--cc gcc --cc clang-19 --cc 'gcc -fsanitize=undefined,address' finds no difference.
"""
import argparse
import random
import re
import sys

import declarators_places as places
import declarators_tables as tables
import differential

MAX_CONSTANT = 190      # what a constant may be: below the size of struct zbig
MACROS = ('ZSIZE', 'ZTYPE', 'ZPASTE', 'va_', '#')


class Subject:
    """A local or parameter that has escaped."""
    def __init__(self, name, kind, number, bound=None):
        self.name, self.kind, self.number, self.bound = name, kind, number, bound

    def fill(self, text):
        """A text of the kind, for this local."""
        if self.bound:
            text = re.sub(r'\b[BO]\b', lambda _: self.bound, text)
        return text.replace('$u', str(self.number))


class Generator:
    def __init__(self, seed, names):
        self.r = random.Random(seed)
        self.names = names                  # of places
        self.out, self.number = [], 0
        self.scopes = []                    # of {name: Subject}
        self.labels, self.variadic, self.jumps, self.in_expression = set(), False, False, 0

    def emit(self, text):
        self.out.append('    ' * len(self.scopes) + text)

    def chance(self, p):
        return self.r.random() < p

    def pick(self, items):
        return self.r.choice(items)

    def fresh(self):
        self.number += 1
        return self.number

    # ---- names and subjects ----
    def new_name(self, *not_these):
        """A name that this block does not have; often one that hides another."""
        used = set(self.scopes[-1]) | set(not_these) if self.scopes else set(not_these)
        for _ in range(50):
            name = self.pick(tables.NAMES if self.chance(.8) else tables.ODD_NAMES)
            if name not in used:
                return name
        return 'name%d' % self.fresh()

    def visible(self):
        found = {}
        for scope in self.scopes:
            found.update(scope)
        return list(found.values())

    def bounds(self):
        return [s.name for s in self.visible() if 'bound' in s.kind.traits]

    def traits(self, subject):
        kind = subject.kind
        found = set(kind.traits)
        if 'vm' not in found and kind.size:
            found |= {'fixed'} | ({'type'} if kind.pointer else set())
        if subject.name not in self.labels and not self.in_expression:
            found.add('label')
        if self.variadic:
            found.add('variadic')
        if self.jumps:
            found.add('jumps')
        if not self.in_expression:
            found.add('outside')
        if subject.name in tables.NAMES:
            found.add('plain')
        return found

    # ---- texts ----
    def constant(self, subject, depth=0):
        """An integer constant expression that names the subject, and its value."""
        kind = subject.kind
        while True:
            if depth > 2 or self.chance(.4):
                first = [('sizeof(@)', kind.size), ('sizeof @', kind.size), ('sizeof *&@', kind.size), ('sizeof(&@)', 8),
                         ('sizeof(__typeof__(@))', kind.size)] + kind.constants * 2
                if kind.align:
                    first.append(('_Alignof(__typeof__(@))', kind.align))
                text, value = self.pick(first)
                text = subject.fill(text)
            else:
                inner, known = self.constant(subject, depth + 1)
                form, value = self.pick(tables.CONSTANTS)
                value = value(known)
                text = re.sub(r'\bK\b', lambda _: inner, form).replace('$=', str(known))
            if 1 <= value <= MAX_CONSTANT:
                return ('(%s)' % text if re.search(' [/+*] ', text) else text), value

    def type(self, subject):
        text = self.pick(tables.TYPES)
        simple = re.fullmatch(r'(__typeof(__)?|ZTYPE)\((\(*[@*&]+\)*|\(\{ @; \}\)|__typeof__\(@\))\)|(struct|union) .*\}', text)
        text = re.sub(r'\bK\b', lambda _: self.constant(subject, 1)[0], text)
        return text if simple else '__typeof__(%s)' % text

    def spell(self, text, subject):
        """The local's name in place of @."""
        spellings = [subject.name]
        if '\\' in subject.name:
            spellings.append(subject.name.encode().decode('unicode_escape'))
        return re.sub('@', lambda _: self.pick(spellings), text)

    def fill(self, text, subject, place=''):
        known, number = [0], str(self.fresh())

        def letter(match):
            what = match.group(1)
            if what == 'K':
                constant, known[0] = self.constant(subject)
                # clang -E leaves macros in its own pragmas (limits.md).
                while 'pragma clang' in text and any(macro in constant for macro in MACROS):
                    constant, known[0] = self.constant(subject)
                return constant
            return {'u': lambda: number, 'D': lambda: str(self.r.randint(1, 9)), '=': lambda: str(known[0]),
                    'Z': lambda: str(subject.kind.size), 'Y': lambda: '__typeof__(%s)' % subject.fill(subject.kind.pointer),
                    'T': lambda: self.type(subject), 'V': lambda: subject.fill(self.pick(subject.kind.values)),
                    'L': lambda: 'zlast', 'A': lambda: self.alignment(subject)}[what]()
        text = re.sub(r'\$(.)', letter, text)
        text = re.sub(r'\$(.)', letter, text)       # digits in values
        text = re.sub(r'\bP\(', lambda _: 'zP("%s.%d", ' % (place, self.fresh()), text)
        return self.spell(text, subject)

    def alignment(self, subject):
        constant, value = self.constant(subject)
        return self.pick(['%s > 8 ? 64 : 32' % constant, '%s == %d ? 64 : 32' % (constant, value),
                          '%s %% 2 ? 32 : 64' % constant, '(%s == %d) * 32 + 32' % (constant, value)])

    def spaced(self, line, name):
        """The line with other white space, comments and line markers between its tokens."""
        if not self.chance(.15) or line.startswith('#'):
            return line
        parts = re.split(r'("(?:[^"\\]|\\.)*")', line)
        marks = not any(macro in line for macro in MACROS)

        def space(_):
            roll = self.r.randrange(12)
            if roll == 0:
                return '\n'
            if roll == 1:
                return ' /* %s sizeof(%s) */ ' % (name, name)
            if roll == 2 and marks:
                return '\n# %d "other.h"\n' % self.r.randint(1, 999)
            if roll == 3:
                return ' // %s\n' % name
            return ' '
        return ''.join(part if i % 2 else re.sub(' ', space, part) for i, part in enumerate(parts))

    # ---- declarations ----
    def add(self, subject):
        self.scopes[-1][subject.name] = subject

    def escape(self, subject):
        if self.chance(.9):
            self.emit(self.spell('zkeep(&@);', subject))
        if 'int' in subject.kind.traits and self.chance(.2):
            self.emit(self.spell('zheld = &@; zbump(); zheld = 0;', subject))

    def declare(self):
        bounds = self.bounds()
        if bounds and not self.jumps and self.chance(.3):
            bound = self.pick(bounds)
            subject = Subject(self.new_name(bound, 'z'), self.pick(tables.VARIABLE_KINDS), self.fresh(), bound)
        else:
            subject = Subject(self.new_name(), self.pick(tables.KINDS), self.fresh())
        text = subject.fill(subject.kind.text)
        self.emit(self.spaced(self.spell(re.sub(r'\$D', lambda _: str(self.r.randint(1, 9)), text), subject), subject.name))
        self.add(subject)
        self.escape(subject)
        if subject.kind.after and self.chance(.8):
            self.emit(self.spell(subject.fill(subject.kind.after), subject))

    # ---- statements ----
    def place(self):
        subjects = self.visible()
        for _ in range(30):
            subject, place = self.pick(subjects), self.pick(places.PLACES)
            if place.needs <= self.traits(subject) and place.name in self.names:
                break
        else:
            return
        if 'label' in place.needs:
            self.labels.add(subject.name)
        lines = [line.strip() for line in self.fill(place.text.replace('\\', '\n'), subject, place.name).split('\n')]
        head, tail = self.pick([('{', '}'), ('{', '}'), ('do {', '} while (0);'), ('if (1) {', '}')]) if '__label__' not in place.text else ('{', '}')
        directive = len(lines) > 1
        if directive:
            self.out += [head] + lines + [tail]
        else:
            self.emit('%s %s %s' % (head, self.spaced(lines[0], subject.name), tail))

    def block(self, depth):
        number = self.fresh()
        kinds = [('{', '}'), ('if (zcount) {', '}'), ('for (int i%d = 0; i%d < 2; i%d++) {' % ((number,) * 3), '}'),
                 ('do {', '} while (0);'), ('while (1) {', 'break; }'), ('switch (2) { case 2: {', '} }'),
                 ('{ int c%d = 0; again%d:;' % (number, number), 'if (c%d++ < 1) goto again%d; }' % (number, number)),
                 ('zP("block.%d", ({' % number, None)]
        head, tail = self.pick(kinds)
        self.emit(head)
        self.scopes.append({})
        self.in_expression += tail is None
        self.body(depth + 1)
        if tail is None:
            values = [subject for subject in self.visible() if subject.kind.values]
            subject = self.pick(values)
            tail = self.fill('$V; }));', subject)
        self.in_expression -= tail.endswith('}));')
        self.scopes.pop()
        self.emit(tail)

    def body(self, depth):
        for _ in range(self.r.randint(1, 3)):
            self.declare()
        for _ in range(self.r.randint(3, 7)):
            if depth < 3 and self.chance(.15):
                self.block(depth)
            elif self.chance(.12):
                self.declare()
            else:
                self.place()

    # ---- functions ----
    def function(self, number):
        """A function and the calls of it."""
        self.labels, self.jumps = set(), self.chance(.3)
        shape = self.pick(['plain', 'old', 'variadic', 'plain', 'empty'])
        self.variadic = shape == 'variadic'
        self.scopes = [{}]
        declarations, arguments = [], []
        for _ in range(0 if shape == 'empty' else self.r.randint(1, 5)):
            bounds = self.bounds()
            later = shape != 'old' and bounds and not self.jumps and self.chance(.5)
            if later:
                bound = self.pick(bounds)
                text, argument, kind = self.pick(tables.LATER_PARAMETERS)
            elif self.chance(.4):
                bound, text, argument, kind = None, 'int @', '5', tables.BOUND
            else:
                bound, (text, argument, kind) = None, self.pick(tables.PARAMETERS)
            if shape == 'old' and '@[]' in text:
                continue
            subject = Subject(self.new_name('zcell_t'), kind, self.fresh(), bound)      # a typedef cannot be in an old list
            declarations.append(self.spell(subject.fill(text), subject))
            arguments.append(argument.replace('$D', str(self.r.randint(1, 9))))
            self.add(subject)
        subjects = list(self.scopes[0].values())
        self.emit_head(number, shape, declarations, subjects, arguments)
        self.scopes.append({})
        for subject in subjects:
            self.escape(subject)
        # The outermost block of a function and its parameters are one scope.
        self.scopes = [{}, self.scopes[0]]
        self.body(0)
        self.scopes = []
        self.emit('}')
        return '    fun%d(%s);' % (number, ', '.join(arguments))

    def emit_head(self, number, shape, declarations, subjects, arguments):
        result = self.pick(['void', '__attribute__((noinline)) void', 'static void'])
        scopes, self.scopes = self.scopes, []
        if shape == 'variadic':
            declarations.append('int zlast, ...')
            arguments += ['3', '41', 'zbytes[0]', '(int (*)[5])zcells']
        if shape == 'old':
            self.emit('%s fun%d(%s) %s' % (result, number, ', '.join(s.name for s in subjects), ' '.join(d + ';' for d in declarations)))
        else:
            self.emit('%s fun%d(%s)' % (result, number, ', '.join(declarations) or 'void'))
        self.emit('{')
        if self.variadic and self.chance(.7):
            self.emit('    zkeep(&zlast);')
        self.scopes = scopes

    def program(self):
        self.emit(tables.PRELUDE)
        calls = [self.function(number) for number in range(self.r.randint(3, 6))]
        self.emit('int main(void)\n{')
        for call in calls:
            self.out += [call] * self.r.randint(1, 2)
        self.emit('    return 0;\n}')
        return '\n'.join(self.out) + '\n'


def choose(parser, args):
    """The names of the places that the options ask for."""
    given = {name for text in args.places + args.without for name in text.split(',')}
    unknown = given - set(places.NAMES)
    if unknown:
        parser.error('no such place: %s; there are %s' % (', '.join(sorted(unknown)), ', '.join(places.NAMES)))
    wanted = {name for text in args.places for name in text.split(',')} or set(places.NAMES)
    return wanted - {name for text in args.without for name in text.split(',')}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--places', action='append', default=[], metavar='NAME,...', help='only these places')
    parser.add_argument('--without', action='append', default=[], metavar='NAME,...', help='not these places')
    if '--print' in sys.argv:
        parser.add_argument('--print', type=int, required=True)
        args = parser.parse_args()
        print(Generator(args.print, choose(parser, args)).program(), end='')
        return 0
    differential.options(parser, seeds='1-300')
    args = parser.parse_args()
    names = choose(parser, args)

    def generate(seed, folder):
        path = '%s/declarators-%d.c' % (folder, seed)
        with open(path, 'w') as handle:
            handle.write(Generator(seed, names).program())
        return path
    return differential.main(args, generate, ['-std=gnu11'], all_usable=True)


if __name__ == '__main__':
    sys.exit(main())
