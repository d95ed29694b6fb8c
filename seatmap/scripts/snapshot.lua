-- snapshot.lua expires what is due in the event (at most 1,000 holds, so that nobody waits long) and returns a zone.
-- KEYS[1] meta:{e}
-- ARGV[5] zone
-- Returns  ok, epoch, version, time of its last change, now, states | refused, not_found, detail | closed
if not is_open then return { 'closed' } end
if not zone(ARGV[5]) then return refuse('not_found', ARGV[5]) end
expire_due(1000)
flush()
local zn = zone(ARGV[5])
local at = zn.version > zn.from and now or zn.at
return { 'ok', epoch, F(zn.version), F(at), F(now), redis.call('GET', key('map', ARGV[5])) }
