# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""gdb and programs compiled with escc.

    (gdb) source PREFIX/share/escc/escc-gdb.py

or the same line in ~/.gdbinit.  It

  - lets the signal pass that stops threads for a collection;
  - shows locals that escc moved to the heap by their value, in `print x` and
    `info locals`;
  - adds the commands `escc locals` and `escc print`.

A moved local `int x` is, in the rewritten text, a pointer that is called
`__escc_p12_x`, and for debuggers there is a copy of it that is called `x`.
Both are shown as the value that they lead to, and of the names that escc
introduced `info locals` shows none.

A value that `print x` shows is known for a moved local by the address of the
copy, which must be on the stack.  In optimised code it may be in a register;
`escc print` and `escc locals` find it there, too, since they start from the
name.  They are also what helps with expressions: `print x + 1` adds to the
pointer, `escc print x + 1` to the value.
"""
import re

import gdb

SIGNAL = 61                     # ESCC_SIGNAL's default
NAME = re.compile(r'(?<![\w.$])(?<!->)([A-Za-z_]\w*)')
# Of what escc introduces; with the name of the local in a pointer to it.
OURS = re.compile(r'__escc_\w')
POINTER = re.compile(r'__escc_p\d+_(.+)')


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
    """The moved locals that a frame sees, innermost first: their name, the
    value of the pointer, and that of its copy (None: there is none)."""
    seen = set()
    for block in blocks_of(frame):
        symbols = {symbol.name: symbol for symbol in block
                   if symbol.is_variable or symbol.is_argument}
        for symbol in symbols.values():
            match = POINTER.fullmatch(symbol.name)
            if match is None or match.group(1) in seen:
                continue
            name = match.group(1)
            copy = symbols.get(name)
            yield (name, symbol.value(frame),
                   None if copy is None else copy.value(frame))
        seen.update(symbols)


def text_of(value):
    try:
        return value.format_string()
    except gdb.error as error:
        return '<error: %s>' % error


def shown_locals(frame):
    """The user's locals, innermost block first: name, name of the type, and
    a function that gives the text of the value."""
    for block in blocks_of(frame):
        symbols = [symbol for symbol in block if symbol.is_variable]
        moved = {}
        for symbol in symbols:
            match = POINTER.fullmatch(symbol.name)
            if match:
                moved[match.group(1)] = symbol
        names = {symbol.name for symbol in symbols}
        for symbol in symbols:
            match = POINTER.fullmatch(symbol.name)
            name = match.group(1) if match else symbol.name
            if OURS.match(name) or match and name in names:
                continue
            pointer = moved.get(name)
            if pointer is None:
                yield (name, str(symbol.type), lambda s=symbol:
                       text_of(s.value(frame)))
            else:
                yield (name, str(pointer.type.target()), lambda s=pointer:
                       MovedPrinter(s.value(frame)).to_string())


def frames_of(thread_frame):
    """The frames whose locals may be printed; a deep recursion is cut."""
    frame = thread_frame
    for _ in range(200):
        if frame is None:
            return
        yield frame
        frame = frame.older()


class MovedPrinter:
    """Shows a moved local by what its pointer leads to."""

    def __init__(self, pointer):
        self.pointer = pointer

    def to_string(self):
        try:
            value = self.pointer.dereference()
            value.fetch_lazy()
            return value.format_string()
        except gdb.error:
            return '<not entered yet>'


_printing = False


def lookup_printer(value):
    """A printer if `value` is the pointer of a moved local of some frame."""
    global _printing
    if _printing or value.type.code != gdb.TYPE_CODE_PTR:
        return None
    _printing = True
    try:
        if value.address is None:
            return None
        address = int(value.address)
        for frame in frames_of(gdb.selected_frame()):
            for _, pointer, copy in moved_locals(frame):
                for each in (pointer, copy):
                    if each is not None and each.address is not None and \
                            int(each.address) == address:
                        return MovedPrinter(value)
            if frame.read_register('rsp') > address:
                break
    except gdb.error:
        pass
    finally:
        _printing = False
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
        for name, pointer, _ in moved_locals(gdb.selected_frame()):
            any_shown = True
            print('%s = %s' % (name, MovedPrinter(pointer).to_string()))
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
        any_shown = False
        for name, type_name, value in shown_locals(gdb.selected_frame()):
            if re.search(wanted, name) and re.search(wanted_type, type_name):
                any_shown = True
                print('%s = %s' % (name, value()))
        if not any_shown and not quiet:
            print('No locals.')


gdb.execute('handle SIG%d nostop noprint pass' % SIGNAL, to_string=True)
gdb.pretty_printers.append(lookup_printer)
EsccPrefix()
EsccLocals()
EsccPrint()
InfoLocals()
