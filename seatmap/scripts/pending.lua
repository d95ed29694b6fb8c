-- pending.lua returns a pending booking.
-- KEYS[1] meta:{e}
-- ARGV[5] booking
-- Returns  ok, lease, pending JSON, both '' when there is none | closed
if not is_open then return { 'closed' } end
local text = redis.call('GET', key('pending', ARGV[5]))
if not text then return { 'ok', '', '' } end
return { 'ok', lease_of(ARGV[5]), text }
