# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""gdb and programs compiled with escc.

    (gdb) source PREFIX/share/escc/escc-gdb.py

or the same line in ~/.gdbinit.  It

  - lets the signal pass that stops threads for a collection;
  - shows locals that escc moved to the heap by their value, in `print x`,
    `info locals` and `bt full`;
  - adds the commands `escc locals` and `escc print`.

A moved local `int x` is, for the debugger, a pointer `int *x`: that is how
the rewritten text declares it.  The unit's table of allocation sites,
__escc_sites, says which locals moved: its entry has the name, the function
and the line of the declaration.  (Entries of allocations have the text of
the call there, which is no name.)

A value that `print x` shows is known for a moved local by the address of
the pointer, which must be on the stack.  In optimised code it may be in a
register; `escc print` and `escc locals` find it there, too, since they start
from the name.  They are also what helps with expressions: `print x + 1` adds
to the pointer, `escc print x + 1` to the value.
"""
import re

import gdb

SIGNAL = 61                     # ESCC_SIGNAL's default
NAME = re.compile(r'(?<![\w.$])(?<!->)([A-Za-z_]\w*)')
# Sites of one table at most: a damaged table must not hang the debugger.
MOST_SITES = 100000


def sites_of(block):
    """The moved locals of a block's unit: a set of (function, name, line).
    """
    static = block.static_block
    if static is None:
        return set()
    for symbol in static:
        if symbol.name != '__escc_sites':
            continue
        table = symbol.value()
        least, most = table.type.range()
        moved = set()
        for i in range(least, min(most, MOST_SITES) + 1):
            site = table[i]
            what = site['what'].string()
            if what.isidentifier():
                moved.add((site['function'].string(), what,
                           int(site['line'])))
        return moved
    return set()


_tables = {}


def moved_of_unit(block):
    """sites_of, remembered for each unit."""
    static = block.static_block
    key = (static.start, static.end) if static else None
    if key not in _tables:
        try:
            _tables[key] = sites_of(block)
        except gdb.error:
            return set()
    return _tables[key]


def forget_tables(event):
    _tables.clear()


def moved_locals(frame):
    """The moved locals that a frame sees, innermost first: pairs of the
    symbol and the value of its pointer."""
    try:
        block = frame.block()
    except RuntimeError:
        return
    moved = moved_of_unit(block)
    seen = set()
    while block is not None and not block.is_static:
        function = frame.function()
        for symbol in block:
            if not (symbol.is_variable or symbol.is_argument):
                continue
            if symbol.name in seen:
                continue
            seen.add(symbol.name)
            if symbol.type.strip_typedefs().code != gdb.TYPE_CODE_PTR:
                continue
            if function is None or \
                    (function.name, symbol.name, symbol.line) not in moved:
                continue
            yield symbol, symbol.value(frame)
        if block.function is not None:
            return
        block = block.superblock


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
            for _, pointer in moved_locals(frame):
                if pointer.address is not None and \
                        int(pointer.address) == address:
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
        for symbol, pointer in moved_locals(gdb.selected_frame()):
            any_shown = True
            print('%s = %s' % (symbol.name, MovedPrinter(pointer).to_string()))
        if not any_shown:
            print('No local of this frame moved.')


class EsccPrint(gdb.Command):
    """Print an expression in which moved locals stand for their values."""

    def __init__(self):
        super().__init__('escc print', gdb.COMMAND_DATA,
                         gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        names = {s.name for s, _ in moved_locals(gdb.selected_frame())}

        def replace(match):
            name = match.group(1)
            return '(*%s)' % name if name in names else name

        value = gdb.parse_and_eval(NAME.sub(replace, argument))
        print(value.format_string())


gdb.execute('handle SIG%d nostop noprint pass' % SIGNAL, to_string=True)
gdb.pretty_printers.append(lookup_printer)
gdb.events.new_objfile.connect(forget_tables)
EsccPrefix()
EsccLocals()
EsccPrint()
