-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
-- classic programs: binary trees, n-queens, spectral norm, sieve, string hash, json round trip
local function bt(d) if d == 0 then return {} end return {bt(d - 1), bt(d - 1)} end
local function ck(t) return t[1] and 1 + ck(t[1]) + ck(t[2]) or 1 end
assert(ck(bt(14)) == 32767)
local function queens(n) local c, cols, d1, d2 = 0, {}, {}, {}
  local function put(r) if r > n then c = c + 1 return end for i = 1, n do if not (cols[i] or d1[r + i] or d2[r - i + n]) then
    cols[i], d1[r + i], d2[r - i + n] = true, true, true put(r + 1) cols[i], d1[r + i], d2[r - i + n] = nil, nil, nil end end end
  put(1) return c end
assert(queens(8) == 92)
local function enc(v) local t = type(v) if t == "table" then if #v > 0 then local o = {} for i = 1, #v do o[i] = enc(v[i]) end return "[" .. table.concat(o, ",") .. "]" end
  local o = {} for k, x in pairs(v) do o[#o + 1] = ("%q:%s"):format(k, enc(x)) end table.sort(o) return "{" .. table.concat(o, ",") .. "}" elseif t == "string" then return ("%q"):format(v) else return tostring(v) end end
local function dec(s) local p = 1 local function ws() p = s:find("%S", p) or #s + 1 end local val
  val = function() ws() local c = s:sub(p, p) if c == "[" then p = p + 1 local r = {} ws() if s:sub(p, p) == "]" then p = p + 1 return r end
    while true do r[#r + 1] = val() ws() c = s:sub(p, p) p = p + 1 if c == "]" then return r end end
  elseif c == "{" then p = p + 1 local r = {} ws() if s:sub(p, p) == "}" then p = p + 1 return r end
    while true do local k = val() ws() p = p + 1 r[k] = val() ws() c = s:sub(p, p) p = p + 1 if c == "}" then return r end end
  elseif c == '"' then local e = s:find('"', p + 1, true) local r = s:sub(p + 1, e - 1) p = e + 1 return r
  else local w = s:match("^[%w%.%+%-]+", p) p = p + #w if w == "true" then return true elseif w == "false" then return false end return tonumber(w) end end
  return val() end
local doc = {} for i = 1, 2000 do doc[i] = {id = i, name = "n" .. i, tags = {"a", "b" .. i}, ok = i % 2 == 0, w = i / 4} end
local j = enc(doc) assert(enc(dec(j)) == j)
local sv, n = {}, 0 for i = 2, 200000 do if not sv[i] then n = n + 1 for k = i * i, 200000, i do sv[k] = true end end end assert(n == 17984)
local m = {} local function fib(k) if k < 2 then return k end if m[k] then return m[k] end local r = fib(k - 1) + fib(k - 2) m[k] = r return r end assert(fib(80) == 23416728348467685)
print "OK"
