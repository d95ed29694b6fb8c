-- leases.lua lists the pending bookings of an event, for the audit. It changes nothing.
-- KEYS[1] meta:{e}
-- Returns  ok, now, then booking and lease of each | closed
if not is_open then return { 'closed' } end
local reply, all = { 'ok', F(now) }, redis.call('ZRANGE', LEASE, 0, -1, 'WITHSCORES')
for n = 1, #all, 2 do
  reply[#reply + 1] = all[n]
  reply[#reply + 1] = F(tonumber(all[n + 1]))
end
return reply
