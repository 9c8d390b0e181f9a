-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
-- weak tables, finalizers, resurrection, ephemerons, both collector modes
local function full() collectgarbage() collectgarbage() end
for _, mode in ipairs{"incremental", "generational"} do
  collectgarbage(mode)
  local w = setmetatable({}, {__mode = "v"})
  -- (filled by functions: a dead register of this frame would keep the last object alive)
  local keep = (function() local k for i = 1, 1000 do local o = {i} w[i] = o if i == 500 then k = o end end return k end)()
  full()
  local n = 0 for _ in pairs(w) do n = n + 1 end
  assert(n == 1 and w[500] == keep)
  -- ephemeron chain
  local e = setmetatable({}, {__mode = "k"})
  local head = {};
  (function() local k = head for i = 1, 100 do local nk = {} e[k] = nk k = nk end end)()
  full()
  n = 0 for _ in pairs(e) do n = n + 1 end
  assert(n == 100)
  head = nil
  full()
  assert(next(e) == nil)
  -- finalizers run in reverse order of marking, and can resurrect (no cycle may start half-way)
  local log, saved = {}, nil
  collectgarbage("stop")
  ;(function() for i = 1, 10 do setmetatable({i = i}, {__gc = function(o) log[#log + 1] = o.i if o.i == 5 then saved = o end end}) end end)()
  collectgarbage("restart")
  full()
  assert(#log == 10 and log[1] == 10 and log[10] == 1, #log)
  assert(saved and saved.i == 5)
  -- error in finalizer is only a warning
  setmetatable({}, {__gc = function() error("x") end})
  full()
end
collectgarbage("incremental")
local before = collectgarbage("count")
local t = {} for i = 1, 200000 do t[i] = {i, tostring(i)} end
assert(collectgarbage("count") > before + 10000)
t = nil full()
assert(collectgarbage("count") < before + 2000)
assert(collectgarbage("step", 0) ~= nil)
collectgarbage("stop") assert(not collectgarbage("isrunning")) collectgarbage("restart")
print "OK"
