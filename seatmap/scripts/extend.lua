-- extend.lua moves a hold's deadline to now + the hold time, at most to its start + the ceiling, and never back.
-- KEYS[1] meta:{e}
-- ARGV[5] buyer
-- Returns  ok, now, hold JSON, extendable, ceiling, next deadline, group | refused, hold_expired | sale_closed, detail | closed
if not is_open then return { 'closed' } end

local buyer = ARGV[5]
local h = live_hold(buyer)
if not h then return refuse('hold_expired', '') end
if not on_sale() then return refuse('sale_closed', '') end
local deadline = math.min(now + policy.hold, ceiling(h))
if deadline <= h.deadline then return view(h) end
h.deadline = deadline
save_hold(buyer, h)
tell(buyer, 'changed', h)
return view(h)
