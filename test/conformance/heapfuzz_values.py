# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Names and expressions of heapfuzz programs: what is visible where a statement stands,
and what a pointer or a number there may be.  heapfuzz.py makes statements of them."""
from heapfuzz_support import Support


class Values(Support):
    # ---- scopes ----
    def level(self):
        return 'lv + %d' % (len(self.scopes) - 1)

    def declare(self, kind, t, prefix):
        """A new name in this scope, sometimes one that hides an outer name."""
        name = self.fresh(prefix)
        here = {v[1] for v in self.scopes[-1]}
        outer = [v[1] for s in self.scopes[:-1] for v in s if v[1] not in here and v[1] not in self.locked]
        if outer and self.chance(.15):
            name = self.pick(outer)
        self.scopes[-1].append((kind, name, t, len(self.scopes) - 1))
        return name

    def visible(self, kind, t=None):
        seen, found = set(), []
        for scope in reversed(self.scopes):
            for v in reversed(scope):
                if v[1] not in seen and v[0] == kind and (t is None or v[2] == t):
                    found.append(v)
            seen |= {v[1] for v in scope}
        return found

    def pointer(self, t):
        """name of a visible pointer variable to S<t> (never null)"""
        found = self.visible('ptr', t)
        return self.pick(found)[1] if found else '(&garr%d[1])' % t

    def number(self, depth=0):
        """an unsigned expression without side effects"""
        roll = self.r.randrange(9)
        if roll < 3 or depth > 2:
            names = [v[1] for v in self.visible('num')]
            return self.pick(names) if names and self.chance(.7) else '%du' % self.r.randrange(1000)
        if roll < 5:
            return '%s->%s' % (self.pointer(self.any_type()), self.pick(['val', 'id']))
        a, b = self.number(depth + 1), self.number(depth + 1)
        if roll == 5:
            return '(%s / (%s | 1u))' % (a, b)
        if roll == 6:
            return '(%s ? %s : %s)' % (self.condition(depth + 1), a, b)
        return '(%s %s %s)' % (a, self.pick(['+', '-', '*', '^', '&', '|']), b)

    def condition(self, depth=0):
        if self.chance(.3):
            t = self.any_type()
            return '%s %s %s' % (self.pointer(t), self.pick(['==', '!=']), self.pointer(t))
        return '%s %% %du' % (self.number(depth + 1), self.r.randint(2, 4))

    def permanent(self, t):
        """an expression for a level-0 object, never null; side effects allowed"""
        n = self.number(2)
        return self.pick([
            'new%d(%s)' % (t, n), '&garr%d[%d]' % (t, self.r.randrange(4)), 'garr%d + %s %% 4' % (t, n),
            'g%d' % t, '(tl%d ? tl%d : g%d)' % (t, t, t),
            '(churn(%s), new%d(%s))' % (n, t, n),
            '(%s ? new%d(%s) : &garr%d[%s %% 4])' % (self.condition(1), t, n, t, n),
            '({ struct S%d *se_ = new%d(%s); se_->val ^= 5; se_; })' % (t, t, n),
            'vpick%d(3, g%d, new%d(%s), garr%d)' % (t, t, t, n, t),
            'pair%d(new%d(1), g%d).x' % (t, t, t), 'first%d(pair%d(g%d, garr%d + 1))' % (t, t, t, t),
            '(atomic_load(&at%d) ?: g%d)' % (t, t) if self.chance(.5) else '(at%d ? at%d : g%d)' % (t, t, t)])

    def pure(self, t):
        """a value without side effects: C does not order arguments and initialisers"""
        while True:
            text = self.value(t)
            if not any(word in text for word in ('new', 'churn')):
                return text

    def value(self, t):
        """any expression for a live object, never null"""
        p = self.pointer(t)
        choices = [p, p, 'old%d(%s, %s, %s)' % (t, self.number(2), p, self.pointer(t)),
                   '(%s ? %s : %s)' % (self.condition(1), p, self.pointer(t)),
                   'vpick%d(2, %s, %s)' % (t, p, self.pointer(t)), self.permanent(t)]
        for v in self.visible('obj', t):
            choices += ['&' + v[1]] * 2
        for v in self.visible('objs', t):
            choices += ['&%s[%s %% 2]' % (v[1], self.number(2)), '(%s + 1)' % v[1]]
        owner = self.any_type()
        sources = [s for s, x in self.all_slots(owner) if x == t]
        if sources:
            q, s = self.pointer(owner), self.pick(sources)
            choices += ['(%s->%s ? %s->%s : %s)' % (q, s, q, s, p), '(%s->%s ?: %s)' % (q, s, p)] * 2
        f = self.fields[owner]
        if f['union'] and t in f['union']:
            q, which = self.pointer(owner), f['union'].index(t)
            choices.append('(%s->ut == %d ? %s->u.%s : %s)' % (q, which + 1, q, ['up', 'uq'][which], p))
        if f['void']:
            q = self.pointer(owner)
            choices.append('(%s->vt == %d ? %s->v : (void *)%s)' % (q, t + 1, q, p))
        if f['double'] == t:
            q = self.pointer(owner)
            choices.append('(%s->pp && *%s->pp ? *%s->pp : %s)' % (q, q, q, p))
        return self.pick(choices)

    def temp_value(self, t, value=None):
        """a fresh constant pointer holding a value, for guards"""
        name = self.fresh('t')
        kind = self.pick(['struct S%d *' % t, 'struct S%d *const ' % t, '__auto_type ', '__typeof__(g%d) ' % t])
        text = value or self.value(t)
        if kind == '__auto_type ' and 'void *' in text:
            kind = 'struct S%d *' % t
        self.emit('%s%s = %s;' % (kind, name, text))
        return name
