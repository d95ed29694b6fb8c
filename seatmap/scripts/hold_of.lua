-- hold_of.lua returns a buyer's hold, expiring it when it has lapsed.
-- KEYS[1] meta:{e}
-- ARGV[5] buyer
-- Returns  ok, now, hold JSON or '', extendable, ceiling, next deadline, group | closed
if not is_open then return { 'closed' } end
return view(live_hold(ARGV[5]))
