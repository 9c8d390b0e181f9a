-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
-- tables, sorting, metatables, closures, varargs, goto, load, require, dlopen
local N = 50000
local r = 42 local function rnd() r = (r * 1103515245 + 12345) % 2147483648 return r end
local t = {} for i = 1, N do t[i] = rnd() end
table.sort(t) for i = 2, N do assert(t[i - 1] <= t[i]) end
table.sort(t, function(a, b) return a > b end) for i = 2, N do assert(t[i - 1] >= t[i]) end
assert(not pcall(table.sort, {3, 1, "x"}))
local objs = {} for i = 1, 5000 do objs[i] = {k = rnd(), p = objs[i - 1]} end
table.sort(objs, function(a, b) return a.k < b.k end) for i = 2, #objs do assert(objs[i - 1].k <= objs[i].k) end
-- hash part churn with every key type
local h = {} local keys = {}
for i = 1, 30000 do local k = ({i, i + 0.5, "s" .. i, {}, function() return i end})[i % 5 + 1] keys[i] = k h[k] = i end
for i = 1, 30000 do assert(h[keys[i]] == i) end
for k in pairs(h) do h[k] = nil end assert(next(h) == nil)
-- inheritance
local A = {} A.__index = A function A.new(x) return setmetatable({x = x}, A) end function A:get() return self.x end
local B = setmetatable({}, {__index = A}) B.__index = B function B.new(x) local o = A.new(x) return setmetatable(o, B) end function B:get() return A.get(self) * 2 end
local s = 0 for i = 1, 100000 do s = s + B.new(i):get() end assert(s == 10000100000)
local V = {__add = function(a, b) return a.v + b.v end, __eq = function() return true end, __lt = function(a, b) return a.v < b.v end, __call = function(self, x) return x + 1 end, __concat = function() return "cc" end, __len = function() return 99 end, __tostring = function() return "V" end}
local v1, v2 = setmetatable({v = 1}, V), setmetatable({v = 2}, V)
assert(v1 + v2 == 3 and v1 == v2 and v1 < v2 and v1(5) == 6 and v1 .. v2 == "cc" and #v1 == 99 and tostring(v1) == "V")
-- closures share upvalues
local fs = {} for i = 1, 1000 do local c = 0 fs[i] = {function() c = c + 1 return c end, function() return c end} end
for i = 1, 1000 do for _ = 1, i % 7 do fs[i][1]() end end for i = 1, 1000 do assert(fs[i][2]() == i % 7) end
assert(select("#", table.unpack({}, 1, 200)) == 200)
for i = 1, 3 do for j = 1, 3 do if j == 2 then goto continue end s = s + 1 ::continue:: end end
-- big chunk
local src = {} for i = 1, 3000 do src[i] = ("local function f%d(a) return a + %d end t[%d] = f%d(%d)"):format(i % 150, i, i, i % 150, i) if i % 150 == 0 then src[i] = src[i] .. " end do " end end
local env = {t = {}} assert(load("do " .. table.concat(src, "\n") .. " end", "big", "t", env))() assert(env.t[3000] == 6000)
assert(not load("x = = 1") and select(2, load("for")):find("expected"))
-- C module
package.cpath = "./?.so"
local vec = require "vec"
for round = 1, 20 do local vs = {} for i = 1, 200 do local v = vec.new("v" .. i) for j = 1, 50 do v:push{i, j} end vs[i] = v end
  for i = 1, 200 do assert(#vs[i] == 50 and vs[i]:get(50)[1] == i) end end
collectgarbage()
local ok, m = pcall(function() return vec.new("T"):get(1) end) assert(not ok and m:find("out of range %(T%)"))
local co = coroutine.wrap(function(...) return vec.yieldk(...) end) assert(co(1, 2) == 1) assert(select("#", co(3)) >= 1)
-- debug hooks and os/io
local cnt = 0 debug.sethook(function() cnt = cnt + 1 end, "l") for i = 1, 10 do
 local x = i end debug.sethook() assert(cnt > 10)
assert(debug.getinfo(1, "S").what == "main") assert(debug.traceback("tb"):find("stack traceback"))
local fn = os.tmpname() local f = assert(io.open(fn, "w")) for i = 1, 1000 do f:write(i, "\n") end f:close()
local n = 0 for l in io.lines(fn) do n = n + tonumber(l) end assert(n == 500500) os.remove(fn)
print "OK"
