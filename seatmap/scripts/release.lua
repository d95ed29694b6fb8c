-- release.lua gives back the named seats of a buyer's hold, or all of it. What is gone already is success.
-- KEYS[1] meta:{e}
-- ARGV[5] buyer  [6...] seat ids; none: everything
-- Returns  ok, now, hold JSON or '', extendable, ceiling, next deadline, group | closed
if not is_open then return { 'closed' } end

local buyer = ARGV[5]
local h = live_hold(buyer)
if not h then return view(nil) end

local named = {}
for n = 6, #ARGV do named[ARGV[n]] = true end

local kept, gone = {}, 0
for _, p in ipairs(h.seats) do
  if #ARGV == 5 or named[p[3]] then
    if owner(p[1], tonumber(p[2])) == 'h:' .. buyer then put(p[1], tonumber(p[2]), '0', false) end
    gone = gone + 1
  else
    kept[#kept + 1] = p
  end
end
if gone == 0 then return view(h) end
if #kept == 0 then
  drop_hold(buyer)
  tell(buyer, 'changed', nil)
  return view(nil)
end
h.seats = kept
save_hold(buyer, h)
tell(buyer, 'changed', h)
return view(h)
