#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random programs that stress what an escape-analysing, GC-inserting C rewriter touches.

  heapfuzz.py --cc 'escc' [--baseline gcc] [--seeds 1-300] [--save DIR]
  heapfuzz.py --print SEED                       show one program

Every program is free of undefined behaviour, deterministic, and prints a checksum.

How the programs stay valid: every struct carries `lvl`, the nesting depth at which it dies
(0: global or never-freed heap; otherwise a local of, or memory freed by, the frame of that
depth).  A pointer to V is stored into an object D for good only if V->lvl <= D->lvl, tested
when the program runs.  A pointer to a shorter-lived object is only lent: the old value is
saved, the store made, other code run, and the old value put back.  So locals get their
addresses into heap objects, globals and other frames all the time, but nothing dangles.
"""
import argparse
import random
import sys

import common
import differential
from heapfuzz_support import PRELUDE
from heapfuzz_values import Values


class Generator(Values):
    def __init__(self, seed, gc_call):
        self.r = random.Random(seed)
        self.gc_call = gc_call
        self.out = []
        self.temp = 0
        self.ntypes = self.r.randint(2, 4)
        self.functions = []      # (name, type a, type b): all return struct S<a> *
        self.scopes = []
        self.borrowing = 0

    # ---- statements ----
    def block(self, statements, head='{', tail='}', before=None):
        self.emit(head)
        self.scopes.append([])
        if before:
            before()
        self.declarations()
        for _ in range(statements):
            self.statement()
        self.scopes.pop()
        self.emit(tail)

    def declarations(self):
        for _ in range(self.r.randrange(3)):
            self.declare_object()
        for _ in range(self.r.randrange(3)):
            t = self.any_type()
            value = self.value(t)
            name = self.declare('ptr', t, 'p')
            if '%s' % name in value:         # the new name would be in its own initialiser
                value = 'g%d' % t
            register = self.chance(.1)
            (self.registers.add if register else self.registers.discard)(name)
            self.emit('%sstruct S%d *%s = %s;' % ('register ' if register else '', t, name, value))
        if self.chance(.5):
            value = self.number()
            name = self.declare('num', None, 'n')
            if name in value:
                value = '3u'
            self.emit('u32 %s = %s;' % (name, value))
            self.registers.discard(name)

    def declare_object(self):
        t = self.any_type()
        slots = self.all_slots(t)
        kind = self.r.randrange(5)
        inits = ['.lvl = ' + self.level(), '.id = next_id++', '.val = ' + self.number(2)]
        used = set()
        for lvalue, x in self.r.sample(slots, min(len(slots), self.r.randrange(3))):
            if lvalue.split('[')[0].split('.')[0] not in used:
                used.add(lvalue.split('[')[0].split('.')[0])
                inits.append('.%s = %s' % (lvalue, self.pointer(x)))
        self.r.shuffle(inits)
        other = self.temp_value(t)
        if kind == 0:
            name = self.declare('objs', t, 'v')
            self.emit('struct S%d %s[2] = { { .lvl = %s, .id = 1 }, [1] = { .lvl = %s, .id = 2, .val = 9 } };' % (
                t, name, self.level(), self.level()))
        elif kind == 1:
            name = self.declare('obj', t, 'o')
            self.emit('struct S%d %s = *%s; %s.lvl = %s;' % (t, name, other, name, self.level()))
        elif kind == 2:
            name = self.declare('obj', t, 'o')
            self.emit('struct S%d %s; memset(&%s, 0, sizeof %s); %s.lvl = %s; %s.id = %s->id;' % (
                t, name, name, name, name, self.level(), name, other))
        else:            # a fresh name: the initialisers mention outer names
            name = self.fresh('o')
            self.scopes[-1].append(('obj', name, t, len(self.scopes) - 1))
            self.emit('struct S%d %s = { %s };' % (t, name, ', '.join(inits)))

    def statement(self):
        if self.budget <= 0:
            return
        self.budget -= 1
        choices = [self.s_store] * 5 + [self.s_assign] * 3 + [self.s_lend] * 4 + [self.s_copy] * 2 + [self.s_number] * 2 + [
            self.s_call, self.s_call, self.s_call, self.s_if, self.s_loop, self.s_loop, self.s_switch, self.s_array,
            self.s_double, self.s_double, self.s_callback, self.s_qsort, self.s_union, self.s_void, self.s_global,
            self.s_string, self.s_hash, self.s_owned, self.s_goto, self.s_atomic, self.s_memcpy, self.s_trap,
            self.s_int_pointer, self.s_realloc, self.s_flexible, self.s_static, self.s_jump]
        if len(self.scopes) > 4:
            choices = [c for c in choices if c not in (self.s_if, self.s_loop, self.s_switch, self.s_lend, self.s_owned)]
        self.pick(choices)()

    def s_store(self):
        """pointer stores in all their shapes"""
        t = self.any_type()
        p = self.pointer(t)
        slot, x = self.pick(self.all_slots(t))
        roll = self.r.randrange(10)
        if roll == 0:                                         # chained
            again, owner = slot, p
            q = self.pointer(t)
            self.emit('%s->%s = %s->%s = %s;' % (owner, again, q, slot, self.permanent(x)))
        elif roll == 1:                                       # side effects in the address
            i = self.declare_index()
            arrays = self.fields[t]['arrays']
            if arrays:
                a, x, n = self.pick(arrays)
                self.emit('%s->%s[%s++ %% %d] = %s;' % (p, a, i, n, self.permanent(x).replace(i, '1u')))
                self.emit('mix(%s);' % i)
        elif roll == 2:                                       # conditional lvalue
            q = self.pointer(t)
            self.emit('*(%s ? &%s->%s : &%s->%s) = %s;' % (self.condition(), p, slot, q, slot, self.permanent(x)))
        elif roll == 3:                                       # comma
            self.emit('(fuel--, %s)->%s = (churn(%s), %s);' % (p, slot, self.number(2), self.permanent(x)))
        elif roll == 4:                                       # value of an assignment used
            self.emit('if ((%s->%s = %s)->val > %s) mix(%s->%s->val);' % (p, slot, self.permanent(x), self.number(2), p, slot))
        elif roll == 5:                                       # address arithmetic on the slot
            self.emit('*(struct S%d **)((char *)%s + offsetof(struct S%d, %s)) = %s;' % (x, p, t, slot, self.permanent(x)))
        elif roll == 6:
            v = self.temp_value(x)
            self.emit('*(%s->lvl <= %s->lvl ? &%s->%s : &sink%d) = %s;' % (v, p, p, slot, x, v))
        elif roll == 7:
            self.emit('%s->%s = 0;' % (p, slot))
        else:
            v = self.temp_value(x)
            self.emit('if (%s->lvl <= %s->lvl) %s->%s = %s;' % (v, p, p, slot, v))

    def declare_index(self):
        name = self.fresh('i')
        self.emit('u32 %s = %s;' % (name, self.number(1)))
        return name

    def s_assign(self):
        t = self.any_type()
        found = self.visible('ptr', t)
        if not found:
            return self.s_store()
        _, name, _, depth = self.pick(found)
        value = self.temp_value(t)
        self.emit('if (%s->lvl <= lv + %d) %s = %s;' % (value, depth, name, value))

    def s_lend(self):
        """store a pointer to a local (or any live object) in a longer-lived one, and take it back"""
        t = self.any_type()
        f = self.fields[t]
        self.emit('{')
        self.scopes.append([])
        self.declare_object()
        if self.chance(.5):
            self.declare_object()
        owner = self.fresh('own')
        self.emit('struct S%d *const %s = %s;' % (t, owner, self.value(t)))
        slot, x = self.pick(self.all_slots(t))
        save = self.fresh('save')
        roll = self.r.randrange(5)
        restore = '%s->%s = %s;' % (owner, slot, save)
        if roll == 0 and f['union']:
            which = self.r.randrange(2)
            self.emit('__typeof__(%s->u) %s = %s->u; unsigned char %st = %s->ut;' % (owner, save, owner, save, owner))
            self.emit('%s->u.%s = %s; %s->ut = %d;' % (owner, ['up', 'uq'][which], self.value(f['union'][which]), owner, which + 1))
            restore = '%s->u = %s; %s->ut = %st;' % (owner, save, owner, save)
        elif roll == 1:
            number = self.fresh('n')
            self.emit('u32 %s = %s; u32 *%s = %s->ip; int %sl = %s->ipl;' % (number, self.number(), save, owner, save, owner))
            self.emit('%s->ip = &%s; %s->ipl = %s;' % (owner, number, owner, self.level()))
            restore = '%s->ip = %s; %s->ipl = %sl; mix(%s);' % (owner, save, owner, save, number)
            self.scopes[-1].append(('num', number, None, len(self.scopes) - 1))
        elif roll == 2 and f['double'] is not None:
            x = f['double']
            variables = [v for v in self.visible('ptr', x) if v[1] not in self.registers]
            if variables:
                _, name, _, depth = self.pick(variables)
                self.emit('struct S%d **const %s = %s->pp; int %sl = %s->ppl;' % (x, save, owner, save, owner))
                self.emit('%s->pp = &%s; %s->ppl = lv + %d;' % (owner, name, owner, depth))
                restore = '%s->pp = %s; %s->ppl = %sl;' % (owner, save, owner, save)
            else:
                restore = ''
        elif roll == 3:
            self.emit('struct S%d *%s = %s->%s;' % (x, save, owner, slot))
            self.emit('%s->%s = &(struct S%d){ .val = %s, .id = next_id++, .lvl = %s };' % (owner, slot, x, self.number(1), self.level()))
        else:
            self.emit('struct S%d *%s = %s->%s;' % (x, save, owner, slot))
            self.emit('%s->%s = %s;' % (owner, slot, self.value(x)))
        self.borrowing += 1
        for _ in range(self.r.randint(1, 4)):
            self.statement()
        self.borrowing -= 1
        self.emit(restore)
        self.scopes.pop()
        self.emit('}')

    def s_copy(self):
        """whole structs: assignment, memcpy, memmove, by way of a local, swaps"""
        t = self.any_type()
        p, q = self.temp_value(t), self.temp_value(t)
        how = self.pick(['*%s = *%s;' % (p, q), 'memcpy(%s, &(struct S%d){0}, 0); memmove(%s, %s, sizeof *%s);' % (p, t, p, q, p),
                         'struct S%d w_ = *%s; *%s = w_;' % (t, q, p),
                         '(*%s) = %s ? *%s : *(struct S%d *)(void *)%s;' % (p, self.condition(), q, t, q),
                         '__builtin_memmove(%s, %s, sizeof(struct S%d));' % (p, q, t)])
        self.emit('if (fits%d(%s, %s->lvl)) { int l_ = %s->lvl; %s %s->lvl = l_; }' % (t, q, p, p, how, p))

    def s_memcpy(self):
        """pointers carried through char buffers, unions, integers"""
        t = self.any_type()
        p = self.temp_value(t)
        buf = self.fresh('buf')
        roll = self.r.randrange(5)
        if roll == 0:
            self.emit('char %s[sizeof %s + 3]; memcpy(%s + 3, &%s, sizeof %s); struct S%d *%sq; memcpy(&%sq, %s + 3, sizeof %sq); mix(%sq->val);' % (
                buf, p, buf, p, p, t, buf, buf, buf, buf, buf))
        elif roll == 1:
            self.emit('uintptr_t %s = (uintptr_t)%s | 1; mix(((struct S%d *)(%s & ~(uintptr_t)1))->id);' % (buf, p, t, buf))
        elif roll == 2:
            self.emit('void *%s = &%s->val; mix(((struct S%d *)((char *)%s - offsetof(struct S%d, val)))->id);' % (buf, p, t, buf, t))
        elif roll == 3:
            self.emit('struct S%d *%s[3] = { %s, g%d, %s }; memmove(%s + 1, %s, 2 * sizeof *%s); mix(%s[2]->val + %s[1]->id);' % (
                t, buf, p, t, p, buf, buf, buf, buf, buf))
        else:
            self.emit('struct S%d *%s = alloca(sizeof *%s); *%s = *%s; %s->lvl = %s; hash%d(%s, 1);' % (
                t, buf, buf, buf, p, buf, self.level(), t, buf))

    def s_number(self):
        names = [v[1] for v in self.visible('num')]
        t = self.any_type()
        p = self.pointer(t)
        targets = ['%s->val' % p] + names
        if self.fields[t]['bits']:
            targets += ['%s->b1' % p, '%s->b2' % p]
        self.emit('%s %s %s;' % (self.pick(targets), self.pick(['=', '+=', '^=', '-=']), self.number()))
        if self.chance(.3):
            self.emit('if (%s->ip) *%s->ip += %s;' % (p, p, self.number(1)))

    def call(self):
        name, a, b = self.pick(self.functions)
        return a, '%s(lv + %d, %s, %s, %s)' % (name, len(self.scopes), self.value(a), self.pure(b), self.number(1))

    def s_call(self):
        if self.in_leaf:
            return self.s_store()
        a, text = self.call()
        roll = self.r.randrange(4)
        if roll == 0:
            self.emit('mix(%s->val);' % text)
        elif roll == 1 and self.fields[a]['fn']:
            p = self.pointer(a)
            self.emit('if (%s->fn) mix(%s->fn(lv + %d, %s, %s)->id);' % (p, p, len(self.scopes), self.value(a), self.number(1)))
        elif roll == 2 and self.fields[a]['fn']:
            self.emit('%s->fn = tab%d[%s %% 2];' % (self.pointer(a), a, self.number(1)))
        else:
            result = self.fresh('r')
            self.emit('struct S%d *%s = %s;' % (a, result, text))
            for _, name, _, depth in self.visible('ptr', a)[:1]:
                self.emit('if (%s->lvl <= lv + %d) %s = %s;' % (result, depth, name, result))

    def s_if(self):
        self.block(self.r.randint(1, 3), 'if (%s) {' % self.condition(), '}')
        if self.chance(.5):
            self.block(self.r.randint(1, 2), 'else {')

    def s_loop(self):
        n = self.r.randint(2, 4)
        i = self.fresh('i')
        roll = self.r.randrange(5)
        if roll == 0:
            self.block(self.r.randint(1, 3), 'for (u32 %s = 0; %s < %d && fuel-- > 0; %s++) {' % (i, i, n, i))
        elif roll == 1:                                          # address of the loop variable
            t = self.any_type()
            self.block(1, 'for (u32 %s = 0, *%sq = &%s; *%sq < %d && fuel-- > 0; ++*%sq) {' % (i, i, i, i, n, i),
                       before=lambda: self.emit('mix(%s); mix(%s->val);' % (i, self.pointer(t))))
        elif roll == 2:
            self.emit('u32 %s = %d;' % (i, n))
            self.block(self.r.randint(1, 3), 'do {', '} while (--%s && fuel-- > 0);' % i)
        elif roll == 3:                                          # walk along a slot
            t = self.any_type()
            chains = [s for s, x in self.all_slots(t) if x == t]
            if not chains:
                return self.s_assign()
            w, slot = self.fresh('w'), self.pick(chains)
            self.emit('struct S%d *%s = %s; u32 %s = 0;' % (t, w, self.value(t), i))
            self.emit('while (%s++ < 5 && (%s = %s->%s)) mix(%s->val + %s);' % (i, w, w, slot, w, i))
        else:
            self.emit('u32 %s = 0;' % i)
            self.block(self.r.randint(1, 2), 'while (%s++ < %d) {' % (i, n), before=lambda: self.emit(
                'if (%s) %s; if (fuel-- < 0) break;' % (self.condition(), 'continue')))

    def s_switch(self):
        t = self.any_type()
        p = self.pointer(t)
        slot, x = self.pick(self.all_slots(t))
        self.emit('switch (%s %% 6) {' % self.number())
        self.emit('case 0: %s->%s = %s;' % (p, slot, self.permanent(x)))
        self.emit('    /* fall through */')
        self.block(1, 'case 1 ... 2: {', '} break;')
        self.block(1, 'default: if (%s) {' % self.condition(), '}')
        self.emit('case 5:;')
        late = self.fresh('c')
        self.emit('    struct S%d *%s; %s = %s; mix(%s->val);' % (t, late, late, self.value(t), late))
        self.emit('}')

    def s_array(self):
        """arrays of pointers, *p++ = q, ends, negative indices, VLAs, compound literals"""
        t = self.any_type()
        a = self.fresh('a')
        roll = self.r.randrange(4)
        if roll == 0:
            self.emit('struct S%d *%s[4], **%sp = %s;' % (t, a, a, a))
            for _ in range(4):
                self.emit('*%sp++ = %s;' % (a, self.value(t)))
            self.emit('while (%sp > %s) mix((*--%sp)->val);' % (a, a, a))
        elif roll == 1:
            self.emit('u32 %sn = 2 + %s %% 3; struct S%d *%s[%sn], **%se = %s + %sn;' % (a, self.number(1), t, a, a, a, a, a))
            self.emit('for (u32 i_ = 0; i_ < %sn; ) %s[i_++] = %s;' % (a, a, self.value(t)))
            self.emit('mix(%se[-1]->val + (*(%se - %sn))->id);' % (a, a, a))
        elif roll == 2:
            self.emit('struct S%d **%s = (struct S%d *[]){ %s, [2] = %s, [1] = %s };' % (
                t, a, t, self.value(t), self.pure(t), self.pure(t)))
            self.emit('swap%d(&%s[0], %s + 2); mix(%s[0]->id ^ %s[2]->val ^ %s[1]->id);' % (t, a, a, a, a, a))
        else:
            self.emit('struct P%d %s[2] = { pair%d(%s, %s), { %s, .n = 4, .y = %s } };' % (
                t, a, t, self.pure(t), self.value(t), self.pure(t), self.pure(t)))
            self.emit('%s[%s %% 2] = %s[%s %% 2]; mix(%s->x->val + %s[1].y->id);' % (a, self.number(1), a, self.number(1), a, a))

    def s_double(self):
        """pointers to pointers: to variables, to slots, and those kept in structs"""
        t = self.any_type()
        roll = self.r.randrange(4)
        variables = [v for v in self.visible('ptr', t) if v[1] not in self.registers]
        if roll == 0 and variables:
            _, name, _, depth = self.pick(variables)
            pp, v = self.fresh('pp'), self.temp_value(t)
            self.emit('struct S%d **%s = &%s;' % (t, pp, name))
            self.emit('if (%s->lvl <= lv + %d) *%s = %s;' % (v, depth, pp, v))
        elif roll == 1 and len(variables) > 1:
            a, b = self.r.sample(variables, 2)
            deep = min(a[3], b[3])
            self.emit('if (%s->lvl <= lv + %d && %s->lvl <= lv + %d) swap%d(&%s, &%s);' % (a[1], deep, b[1], deep, t, a[1], b[1]))
        elif roll == 2 and self.fields[t]['double'] is not None:
            p, v = self.pointer(t), self.temp_value(self.fields[t]['double'])
            self.emit('if (%s->pp && %s->lvl <= %s->ppl) *%s->pp = %s;' % (p, v, p, p, v))
        else:
            slot, x = self.pick(self.all_slots(t))
            p, pp = self.temp_value(t), self.fresh('pp')
            self.emit('struct S%d **%s = &%s->%s; *%s = %s; if (*%s) mix((*%s)->val);' % (
                x, pp, p, slot, pp, self.permanent(x), pp, pp))

    def s_callback(self):
        t = self.any_type()
        a = self.fresh('k')
        self.emit('struct S%d *%s[] = { %s, %s, %s }, *%slast = 0; u32 %ssum = 0;' % (
            t, a, self.pure(t), self.value(t), self.pure(t), a, a))
        self.emit('struct C%d %sc = { .sum = &%ssum, .last = &%slast };' % (t, a, a, a))
        self.emit('each%d(%s, 3, %scb%d, &%sc); mix(%ssum + %sc.best->id + (*%sc.last)->val);' % (
            t, a, self.pick(['', '&']), t, a, a, a, a))

    def s_qsort(self):
        t = self.any_type()
        q, n = self.fresh('q'), self.r.randint(3, 8)
        stack = self.chance(.5)
        self.emit('struct S%d **%s = %s;' % (t, q, '(struct S%d *[%d]){0}' % (t, n) if stack else 'malloc(%d * sizeof(void *))' % n))
        if not stack:
            self.emit('if (!%s) abort();' % q)
        self.emit('for (u32 i_ = 0; i_ < %d; i_++) %s[i_] = i_ %% 2 ? %s : new%d(i_ * 7);' % (n, q, self.value(t), t))
        self.emit('qsort(%s, %d, sizeof *%s, cmp%d);' % (q, n, q, t))
        self.emit('for (u32 i_ = 0; i_ < %d; i_++) mix(%s[i_]->id);' % (n, q))
        if not stack:
            self.emit('free(%s);' % q)

    def s_union(self):
        owners = [t for t in range(self.ntypes) if self.fields[t]['union']]
        if not owners:
            return self.s_store()
        t = self.pick(owners)
        p = self.temp_value(t)
        which = self.r.randrange(3)
        if which == 2:
            self.emit('%s->u.ui = %s; %s->ut = 0;' % (p, self.number(), p))
        else:
            v = self.temp_value(self.fields[t]['union'][which])
            self.emit('if (%s->lvl <= %s->lvl) %s->ut = (%s->u.%s = %s, %d);' % (v, p, p, p, ['up', 'uq'][which], v, which + 1))

    def s_void(self):
        owners = [t for t in range(self.ntypes) if self.fields[t]['void']]
        if not owners:
            return self.s_store()
        t, x = self.pick(owners), self.any_type()
        p, v = self.temp_value(t), self.temp_value(x)
        self.emit('if (%s->lvl <= %s->lvl) { %s->v = %s; %s->vt = %d; }' % (v, p, p, v, p, x + 1))

    def s_global(self):
        t = self.any_type()
        target = self.pick(['g%d', 'tl%d']) % t
        if self.chance(.4):
            self.emit('%s = %s;' % (target, self.permanent(t)))
        else:
            v = self.temp_value(t)
            self.emit('if (!%s->lvl) %s = %s;' % (v, target, v))

    def s_string(self):
        t = self.any_type()
        p = self.pointer(t)
        s = self.fresh('s')
        roll = self.r.randrange(4)
        if roll == 0:
            self.emit('%s->s = strdup("%s");' % (p, self.pick(['alpha', 'b', 'a longer string than the others'])))
        elif roll == 1:
            self.emit('char *%s = 0; if (asprintf(&%s, "%%u-%%s", %s, %s->s ?: "none") < 0) abort(); mixs(%s); free(%s);' % (
                s, s, self.number(1), p, s, s))
        elif roll == 2:
            self.emit('char %s[40]; snprintf(%s, sizeof %s, "%%u", %s); %s->s = strndup(%s, 3);' % (s, s, s, self.number(1), p, s))
        else:
            self.emit('if (%s->s) { char *%s = strchr(%s->s, \'a\'); if (%s) mixs(%s + 1); }' % (p, s, p, s, s))

    def s_hash(self):
        t = self.any_type()
        self.emit('hash%d(%s, %d);' % (t, self.value(t), self.r.randrange(3)))

    def s_owned(self):
        """an object that this block allocates and frees: it lives like a local"""
        t = self.any_type()
        p = self.fresh('h')
        self.emit('{')
        self.scopes.append([])
        self.emit('struct S%d *const %s = %s;' % (t, p, self.pick(['calloc(1, sizeof(struct S%d))' % t,
                  'memset(malloc(sizeof(struct S%d) + 8), 0, sizeof(struct S%d))' % (t, t)])))
        self.emit('%s->lvl = %s; %s->id = next_id++;' % (p, self.level(), p))
        self.locked.add(p)
        # pointer variables of outer scopes do not take it (lvl); this name is only read
        slot, x = self.pick(self.all_slots(t))
        self.emit('%s->%s = %s;' % (p, slot, self.value(x)))
        copy = self.declare('ptr', t, 'p')
        self.registers.discard(copy)
        self.emit('struct S%d *%s = %s;' % (t, copy, p))
        for _ in range(self.r.randint(1, 3)):
            self.statement()
        self.emit('hash%d(%s, 1); free(%s);' % (t, p, p))
        self.scopes.pop()
        self.emit('}')

    def s_goto(self):
        t = self.any_type()
        label, n, p = self.fresh('again'), self.fresh('n'), self.fresh('p')
        self.emit('{ u32 %s = 0; struct S%d *%s = %s, **%sp = &%s;' % (n, t, p, self.value(t), p, p))
        self.emit('%s:; struct S%d %so = **%sp; %so.lvl = %s + 1; %so.val += %s; mix(%so.val); *%sp = %s;' % (
            label, t, p, p, p, self.level(), p, n, p, p, self.value(t)))
        self.emit('if (++*&%s < 3) goto %s; mix(%s->val); }' % (n, label, p))

    def s_atomic(self):
        t = self.any_type()
        v = self.permanent(t)
        e = self.fresh('e')
        self.emit(self.pick(['atomic_store(&at%d, %s);' % (t, v), 'at%d = %s;' % (t, v),
                             'struct S%d *%s = atomic_exchange(&at%d, %s); if (%s) mix(%s->val);' % (t, e, t, v, e, e),
                             'struct S%d *%s = at%d; atomic_compare_exchange_strong(&at%d, &%s, %s);' % (t, e, t, t, e, v),
                             '__atomic_store_n(&g%d, %s, __ATOMIC_SEQ_CST);' % (t, v),
                             '(void)__sync_bool_compare_and_swap(&g%d, g%d, %s);' % (t, t, v)]))

    def s_trap(self):
        """things that must not be evaluated, or not twice"""
        t = self.any_type()
        p = self.pointer(t)
        slot, x = self.pick(self.all_slots(t))
        z = self.fresh('z')
        self.emit(self.pick([
            'mix(sizeof(%s->%s = 0) + sizeof *(%s = 0));' % (p, slot, p if p[0] != '(' else 'sink%d' % t),
            'mix(_Generic((%s->%s), struct S%d *: 3, default: 4));' % (p, slot, x),
            '__typeof__(%s->%s = 0) %s = 0; mix(!%s);' % (p, slot, z, z),
            'mix((%s && (%s->%s = %s)) || !%s);' % (self.condition(), p, slot, self.permanent(x), p),
            'mix(({ u32 n_ = next_id++; new%d(n_)->id - n_; }));' % t,
            'new%d(next_id)->%s = %s;' % (t, slot, 'g%d' % x),
            'mix(__builtin_expect(!!%s->%s, 1));' % (p, slot)]))

    def s_int_pointer(self):
        n, q = self.fresh('n'), self.fresh('q')
        self.emit('u32 %s[3] = { %s, 1, [2] = %s }, *%s = %s + 1, **%sq = &%s;' % (n, self.number(1), self.number(1), q, n, q, q))
        self.emit('(*%sq)++; *%s = (*%sq)[-2 + 0] + *(%s - 1); mix(%s[1] + %s[2] + (u32)(%s - %s));' % (q, q, q, q, n, n, q, n))

    def s_realloc(self):
        t = self.any_type()
        v = self.fresh('v')
        self.emit('struct S%d **%s = 0; u32 %sn = 0, %sc = 0;' % (t, v, v, v))
        self.emit('while (%sn < %d) { if (%sn == %sc) { %s = realloc(%s, (%sc = %sc * 2 + 1) * sizeof *%s); if (!%s) abort(); } %s[%sn++] = %s; }' % (
            v, self.r.randint(2, 9), v, v, v, v, v, v, v, v, v, v, self.value(t)))
        self.emit('for (struct S%d **q_ = %s + %sn; q_-- != %s; ) mix((*q_)->val); free(%s);' % (t, v, v, v, v))

    def s_flexible(self):
        t = self.any_type()
        f = self.fresh('fl')
        self.emit('struct { u32 n; struct S%d *e[]; } *%s = malloc(sizeof *%s + 3 * sizeof(void *)); if (!%s) abort();' % (t, f, f, f))
        self.emit('%s->n = 0; while (%s->n < 3) %s->e[%s->n] = %s, %s->n++; mix(%s->e[%s %% 3]->val); free(%s);' % (
            f, f, f, f, self.value(t), f, f, self.number(1), f))

    def s_static(self):
        t = self.any_type()
        s = self.fresh('st')
        self.emit('static %sstruct S%d *%s; static u32 %sn = 3; static u32 *const %sp = &%sn;' % (
            self.pick(['', '_Thread_local ']), t, s, s, s, s))
        self.emit('if (!%s || ++*%sp %% 3 == 0) %s = %s; mix(%s->val + %sn);' % (s, s, s, self.permanent(t), s, s))

    def s_jump(self):
        t = self.any_type()
        j = self.fresh('j')
        self.emit('if (fuel-- > 0) { struct J%d %s = { .depth = 0 }; volatile u32 %sv = 1; struct S%d *volatile %sp = %s;' % (t, j, j, t, j, self.value(t)))
        self.emit('  %s.p = %sp; if (!setjmp(%s.b)) { %sv = 2; %sp = %s; throw%d(&%s, %s %% 4); } mix(%sv + %sp->val + %s.p->val + %s.depth); }' % (
            j, j, j, j, j, self.value(t), t, j, self.number(1), j, j, j, j))

    # ---- functions ----
    def function(self, name, a, b, leaf):
        self.registers, self.locked = set(), set()
        self.in_leaf = leaf
        self.budget = self.r.randint(6, 12) if leaf else self.r.randint(15, 40)
        if leaf:
            self.emit('static struct S%d *%s(int lv, struct S%d *pa, u32 na) {' % (a, name, a))
        else:
            self.emit('%sstruct S%d *%s(int lv, struct S%d *pa, struct S%d *pb, u32 na) {' % (
                self.pick(['static ', 'static ', 'static inline ', 'static __attribute__((noinline)) ']), a, name, a, b))
        self.scopes = [[('ptr', 'pa', a, 0), ('num', 'na', None, 0)]]
        if not leaf:
            self.scopes[0].append(('ptr', 'pb', b, 0))
        self.emit('if (lv > 24 || fuel-- <= 0) return pa->lvl < lv ? pa : g%d;' % a)
        for t in range(self.ntypes):
            p = self.fresh('p')
            self.emit('struct S%d *%s = %s;' % (t, p, self.pick(['g%d' % t, '&garr%d[%d]' % (t, self.r.randrange(4)), 'new%d(na)' % t])))
            self.scopes[0].append(('ptr', p, t, 0))
        self.declarations()
        for _ in range(self.r.randint(4, 9) if leaf else self.r.randint(7, 16)):
            self.statement()
        result = self.temp_value(a)
        self.emit('return %s->lvl < lv ? %s : pa->lvl < lv ? pa : g%d;' % (result, result, a))
        self.scopes = []
        self.emit('}')

    def program(self):
        self.out = [PRELUDE.replace('FUELS', str(self.r.randint(100, 500))).replace('GCCALL', self.gc_call)]
        self.make_types()
        self.make_support()
        self.make_throwers()
        self.make_threads()
        self.make_lists()
        for t in range(self.ntypes):
            for i in range(2):
                self.functions = []
                self.function('leaf%d_%d' % (t, i), t, t, True)
        functions = [('fun%d' % i, self.any_type(), self.any_type()) for i in range(self.r.randint(3, 6))]
        for name, a, b in functions:
            self.emit('static struct S%d *%s(int, struct S%d *, struct S%d *, u32);' % (a, name, a, b))
        self.functions = functions
        for name, a, b in functions:
            self.function(name, a, b, False)
        self.emit('int main(void) {')
        for t in range(self.ntypes):
            self.emit('    for (u32 i = 0; i < 4; i++) { garr%d[i].id = next_id++; garr%d[i].val = i; }' % (t, t))
        # calls of every function, with a local struct of main as argument
        for name, a, b in functions * 2:
            self.emit('    { struct S%d x = { .lvl = 1, .id = 77 }, *y = &x; fuel = FUEL; mix(%s(2, y, new%d(5), %du)->val); hash%d(y, 2); }' % (
                a, name, b, self.r.randrange(100), a))
        if self.chance(.6):
            self.emit('    threads();')
        self.emit('    trees(%d); lists(%d);' % (self.r.randint(5, 60), self.r.randint(3, 40)))
        for t in range(self.ntypes):
            self.emit('    hash%d(g%d, 4); hash%d(tl%d, 3); hash%d(at%d, 2); for (int i = 0; i < 4; i++) hash%d(&garr%d[i], 3);' % ((t,) * 8))
        self.emit('    printf("%016lx %u\\n", H, next_id);')
        self.emit('    return 0;')
        self.emit('}')
        return '\n'.join(self.out) + '\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    if '--print' in sys.argv:
        parser.add_argument('--print', type=int, required=True)
        parser.add_argument('--gc-call', default='escc_gc')
        args = parser.parse_args()
        print(Generator(args.print, args.gc_call).program(), end='')
        return 0
    differential.options(parser, seeds='1-300')
    parser.add_argument('--gc-call', default='escc_gc',
                        help='a function void NAME(void), called where it is defined: make it force a collection')
    args = parser.parse_args()

    def generate(seed, folder):
        path = '%s/heapfuzz-%d.c' % (folder, seed)
        with open(path, 'w') as handle:
            handle.write(Generator(seed, args.gc_call).program())
        return path
    return differential.main(args, generate, ['-std=gnu11'])


if __name__ == '__main__':
    sys.exit(main())
