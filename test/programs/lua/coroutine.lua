-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
-- coroutines, errors across yields, close, wrap, generators, deep nesting
local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
local s = 0 for v in gen(10000) do s = s + v end assert(s == 50005000)
-- permutations
local function perm(a, n) n = n or #a if n <= 1 then coroutine.yield(a) else for i = 1, n do
  a[n], a[i] = a[i], a[n] perm(a, n - 1) a[n], a[i] = a[i], a[n] end end end
local c = 0 for p in coroutine.wrap(function() perm{1, 2, 3, 4, 5, 6, 7} end) do c = c + p[1] end
assert(c == 5040 * 4)
-- yield across pcall, metamethods, iterators, table.sort error
local co = coroutine.create(function(a)
  local ok, v = pcall(function() local x = coroutine.yield(a + 1) error{code = x} end)
  assert(not ok and v.code == 7)
  local mt = setmetatable({}, {__add = function(x, y) return coroutine.yield("add") end, __index = function(t, k) return coroutine.yield(k) end})
  assert(mt + 1 == 11)
  assert(mt.foo == 12)
  for k in function(_, c) return coroutine.yield("it") end do return k end
end)
local function res(...) local ok, v = coroutine.resume(co, ...) assert(ok, v) return v end
assert(res(1) == 2) assert(res(7) == "add") assert(res(11) == "foo") assert(res(12) == "it") assert(res("end") == "end")
assert(coroutine.status(co) == "dead" and not coroutine.resume(co))
-- to-be-closed variables
local closed = {}
do local x <close> = setmetatable({}, {__close = function() closed[#closed + 1] = "x" end})
   local y <close> = setmetatable({}, {__close = function() closed[#closed + 1] = "y" end}) end
assert(table.concat(closed) == "yx")
co = coroutine.create(function() local z <close> = setmetatable({}, {__close = function() closed[#closed + 1] = "z" end}) coroutine.yield() end)
coroutine.resume(co) assert(coroutine.close(co)) assert(closed[3] == "z")
-- many live coroutines, collected while suspended
local cs = {}
for i = 1, 20000 do local k = coroutine.create(function(a) local t = {a} while true do t[#t + 1] = coroutine.yield(#t) end end) coroutine.resume(k, i) cs[i] = k end
for r = 1, 3 do for i = 1, 20000 do local ok, n = coroutine.resume(cs[i], r) assert(ok and n == r + 1) end end
cs = nil collectgarbage()
-- stack overflow is an error, not a crash; C stack overflow too
local function rec(n) return 1 + rec(n + 1) end
local ok, m = pcall(rec, 1) assert(not ok and m:find("stack overflow"))
local function nest(n) return coroutine.wrap(function() return nest(n + 1) end)() end
ok, m = pcall(nest, 1) assert(not ok and m:find("overflow"), m)
ok, m = pcall(string.rep, "x", -1) assert(ok and m == "")
ok, m = pcall(string.gsub, string.rep("a", 300000), string.rep("a?", 300000) .. string.rep("a", 300000), "") assert(not ok)
print "OK"
