-- lapsed.lua lists pending bookings whose lease has passed and leases them anew, so that one sweeper at a time asks.
-- KEYS[1] meta:{e}
-- ARGV[5] how many at most  [6] ms of the new lease
-- Returns  ok, new lease, pending JSON... | closed
if not is_open then return { 'closed' } end
local lease = now + tonumber(ARGV[6])
local reply = { 'ok', F(lease) }
for _, booking in ipairs(redis.call('ZRANGEBYSCORE', LEASE, '-inf', F(now), 'LIMIT', 0, ARGV[5])) do
  local text = redis.call('GET', key('pending', booking))
  if text then
    redis.call('ZADD', LEASE, F(lease), booking)
    reply[#reply + 1] = text
  else
    redis.call('ZREM', LEASE, booking)
  end
end
return reply
