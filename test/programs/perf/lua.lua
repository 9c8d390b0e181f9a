-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
local scale = tonumber(arg[1] or "1")
local function bt(d) if d == 0 then return {} end return {bt(d - 1), bt(d - 1)} end
local function ck(t) return t[1] and 1 + ck(t[1]) + ck(t[2]) or 1 end
local long, s = bt(16), 0
for i = 1, 25 * scale do s = s + ck(bt(14)) end
print("trees", s, ck(long))
local t, n = {}, 0
for i = 1, 2500000 * scale do local k = (i * 7919) % 200003 local o = t[k] if o then o.c = o.c + 1 n = n + o.c else t[k] = {c = 1, name = "k" .. k} end end
print("table", n)
local h = 0
for r = 1, 30 * scale do local p = {} for i = 1, 20000 do p[i] = ("%d:%s"):format(i, "v" .. (i * r) % 997) end
  local str = table.concat(p, ";") for a, b in str:gmatch("(%d+):v(%d+)") do h = (h * 31 + a + b) % 1000000007 end end
print("strings", h)
local fs, c = {}, 0
for i = 1, 1500000 * scale do local j = i % 1000 + 1 local old = fs[j] fs[j] = function() c = c + 1 return j end if old then c = c + old() % 3 end end
print("closures", c)
local q = {} for i = 1, 300000 do q[i] = {(i * 1103515245 + 12345) % 2147483648} end
table.sort(q, function(a, b) return a[1] < b[1] end) print("sort", q[1][1], q[150000][1])
