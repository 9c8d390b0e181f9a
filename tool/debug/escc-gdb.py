# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""gdb and programs compiled with escc.

gdb loads this file by itself: programs that were compiled with -g name it.
Where its safe path forbids that it says so, and which line allows it; or

    (gdb) source PREFIX/share/escc/escc-gdb.py

It

  - lets the signal pass that stops threads for a collection;
  - shows in `info locals` the user's locals, and none that escc made;
  - shows moved locals by value, without their address in front;
  - adds the commands `escc locals` and `escc print`.

A moved local `int x` is, in the rewritten text, a pointer that is called
`__escc_p12_x`, and x is a reference to what that leads to: expressions need
no help.  In what was made by way of -S, with -flto, -gsplit-dwarf or
compressed debug information x is a struct with a pointer instead, which
expressions do not take.  There `escc print x + 1` helps, which starts from the
pointer.
"""
import re

import gdb

SIGNAL = 61                     # ESCC_SIGNAL's default
NAME = re.compile(r'(?<![\w.$])(?<!->)([A-Za-z_]\w*)')
# Of what escc introduces; with the name of the local in a pointer to it.
OURS = re.compile(r'__escc_\w')
POINTER = re.compile(r'__escc_p\d+_(.+)')
MARKER = re.compile(r'__escc_m\d+')


def blocks_of(frame):
    """The blocks of the frame's function that are entered, innermost first.
    """
    try:
        block = frame.block()
    except RuntimeError:
        return
    while block is not None and not block.is_static:
        yield block
        if block.function is not None:
            return
        block = block.superblock


def moved_locals(frame):
    """The moved locals that a frame sees, innermost first: their name and the
    value of the pointer."""
    seen = set()
    for block in blocks_of(frame):
        symbols = [symbol for symbol in block
                   if symbol.is_variable or symbol.is_argument]
        pointers = {}
        for symbol in symbols:
            match = POINTER.fullmatch(symbol.name)
            if match and match.group(1) not in seen:
                pointers[match.group(1)] = symbol
        for name, symbol in pointers.items():
            yield name, symbol.value(frame)
        seen.update(pointers)


def text_of(value):
    try:
        if value.is_optimized_out:
            return '<optimized out>'
        return target_of(value).format_string()
    except gdb.error as error:
        return '<error: %s>' % error


def target_of(value):
    """What a moved local's value leads to; other values are themselves."""
    kind = value.type.strip_typedefs()
    if kind.code == gdb.TYPE_CODE_REF:
        return value.referenced_value()
    if kind.code != gdb.TYPE_CODE_STRUCT:
        return value
    fields = kind.fields()
    if len(fields) != 1 or fields[0].name != 'moved':
        return value
    pointee = fields[0].type.target()
    if not pointee.name or not MARKER.fullmatch(pointee.name):
        return value
    return value['moved'].dereference().cast(pointee.strip_typedefs())


def shown_locals(frame):
    """The user's locals, innermost block first: symbol and name."""
    inner, shown = set(), set()
    for block in blocks_of(frame):
        symbols = [symbol for symbol in block
                   if symbol.is_variable and not OURS.match(symbol.name)]
        # In the head of a loop the same as in the body round what is there.
        moved = {match.group(1) for match in
                 (POINTER.fullmatch(symbol.name) for symbol in block) if match}
        for symbol in symbols:
            # Nor what an inlined function's body has left of its blocks.
            left = symbol.name in shown and \
                symbol.value(frame).is_optimized_out
            if symbol.name not in moved & inner and not left:
                yield symbol
        inner = {symbol.name for symbol in symbols}
        shown |= inner


class MovedPrinter:
    """Shows a moved local by what its name leads to."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        target = target_of(self.value)
        # A pointer to characters would lose its address.
        is_pointer = target.type.strip_typedefs().code == gdb.TYPE_CODE_PTR
        return target.format_string() if is_pointer else target


def in_c():
    """Is what is debugged C, where only moved locals are references?"""
    language = gdb.parameter('language')
    if language == 'auto':
        try:
            table = gdb.selected_frame().find_sal().symtab
            return table is None or table.filename.endswith(('.c', '.h'))
        except gdb.error:
            return False
    return language in ('c', 'asm', 'minimal')


def lookup_printer(value):
    code = value.type.code
    if code == gdb.TYPE_CODE_REF and in_c():
        return MovedPrinter(value)
    if code == gdb.TYPE_CODE_STRUCT and value.type.name is None:
        return MovedPrinter(value) if target_of(value) is not value else None
    return None


class EsccPrefix(gdb.Command):
    """Commands for programs compiled with escc."""

    def __init__(self):
        super().__init__('escc', gdb.COMMAND_DATA, prefix=True)


class EsccLocals(gdb.Command):
    """Show the locals of the selected frame that moved to the heap."""

    def __init__(self):
        super().__init__('escc locals', gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        any_shown = False
        for name, pointer in moved_locals(gdb.selected_frame()):
            any_shown = True
            try:
                text = pointer.dereference().format_string()
            except gdb.error:
                text = '<not entered yet>'
            print('%s = %s' % (name, text))
        if not any_shown:
            print('No local of this frame moved.')


class EsccPrint(gdb.Command):
    """Print an expression in which moved locals stand for their values."""

    def __init__(self):
        super().__init__('escc print', gdb.COMMAND_DATA,
                         gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        pointers = {}           # name -> pointer, None: did not move
        for block in blocks_of(gdb.selected_frame()):
            names = [symbol.name for symbol in block]
            for name in names:
                match = POINTER.fullmatch(name)
                if match:
                    pointers.setdefault(match.group(1), name)
            for name in names:
                if not POINTER.fullmatch(name):
                    pointers.setdefault(name, None)

        def replace(match):
            name = match.group(1)
            pointer = pointers.get(name)
            return '(*%s)' % pointer if pointer else name

        value = gdb.parse_and_eval(NAME.sub(replace, argument))
        print(value.format_string())


class InfoLocals(gdb.Command):
    """All local variables of current stack frame.
Usage: info locals [-q] [-t TYPEREGEXP] [NAMEREGEXP]
Shows those that escc moved to the heap by value, and none that it made."""

    def __init__(self):
        super().__init__('info locals', gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        words = gdb.string_to_argv(argument)
        quiet, wanted_type, wanted = False, '', ''
        while words:
            word = words.pop(0)
            if word == '-q':
                quiet = True
            elif word == '-t' and words:
                wanted_type = words.pop(0)
            elif word != '--':
                wanted = word
        frame = gdb.selected_frame()
        any_shown = False
        for symbol in shown_locals(frame):
            kind = symbol.type
            if kind.code == gdb.TYPE_CODE_REF:
                kind = kind.target()
            if re.search(wanted, symbol.name) and \
                    re.search(wanted_type, str(kind)):
                any_shown = True
                print('%s = %s' % (symbol.name, text_of(symbol.value(frame))))
        if not any_shown and not quiet:
            print('No locals.')


gdb.execute('handle SIG%d nostop noprint pass' % SIGNAL, to_string=True)
# Programs that are loaded again name this file again.
if not any(getattr(printer, '__name__', '') == lookup_printer.__name__ and
           getattr(printer, '__module__', '') == __name__
           for printer in gdb.pretty_printers):
    gdb.pretty_printers.append(lookup_printer)
EsccPrefix()
EsccLocals()
EsccPrint()
InfoLocals()
