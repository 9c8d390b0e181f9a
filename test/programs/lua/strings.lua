-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
-- strings, patterns, format, pack, utf8, buffers
assert(("%5.2f|%-6s|%05d|%x|%q"):format(3.14159, "ab", 42, 255, "a\nb\0c") == " 3.14|ab    |00042|ff|\"a\\\nb\\0c\"")
assert(("hello world"):gsub("o", {o = "0"}) == "hell0 w0rld")
assert(("abc=123, def=456"):gsub("(%w+)=(%w+)", "%2=%1") == "123=abc, 456=def")
assert(("THE (quick) fox"):find("%((%a+)%)") == 5)
assert(("f(a(b)c)d"):match("%b()") == "(a(b)c)")
assert(("THE quick"):gsub("%f[%a]%a+", function(w) return w:lower() end) == "the quick")
local s = string.pack("<i4 >I2 z s1 d", -7, 513, "zz", "sss", 1.5)
local a, b, c, d, e = string.unpack("<i4 >I2 z s1 d", s)
assert(a == -7 and b == 513 and c == "zz" and d == "sss" and e == 1.5)
assert(utf8.char(228, 8364, 0x10FFFF):len() == 9 and utf8.len("äö€") == 3)
local t = {} for p, cp in utf8.codes("aä€") do t[#t + 1] = p .. ":" .. cp end assert(table.concat(t, " ") == "1:97 2:228 4:8364")
-- many short and long strings (interning), concatenation
local set, n = {}, 0
for i = 1, 100000 do local k = "k" .. i % 5000 if not set[k] then set[k] = true n = n + 1 end end assert(n == 5000)
local parts = {} for i = 1, 20000 do parts[i] = ("%d,"):format(i) end
local big = table.concat(parts) assert(#big == 108894)
local acc = "" for i = 1, 3000 do acc = acc .. i .. ";" end assert(#acc == 13893)
local sum = 0 for x in big:gmatch("%d+") do sum = sum + x end assert(sum == 200010000)
assert(big:rep(20, "|"):reverse():reverse():sub(1, 4) == "1,2,")
assert(tostring(2^53) == "9.007199254741e+15" and 7 // 2 == 3 and -7 // 2 == -4 and 7 % -3 == -2 and 1e15 == 10^15)
assert(math.tointeger("8") == nil or true) assert(0x7fffffffffffffff + 1 == math.mininteger)
assert("10" + 5 == 15 and "0x10" * 1 == 16 and 10 .. "" == "10")
assert(string.dump(function() return 1 end):sub(1, 4) == "\27Lua")
assert(load(string.dump(function(x) return x * 2 end))(21) == 42)
print "OK"
