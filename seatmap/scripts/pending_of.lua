-- pending_of.lua lists a buyer's pending bookings.
-- KEYS[1] meta:{e}
-- ARGV[5] buyer
-- Returns  ok, then lease, pending JSON of each | closed
if not is_open then return { 'closed' } end
local reply = { 'ok' }
for _, field in ipairs(redis.call('HKEYS', key('buyer', ARGV[5]))) do
  if string.sub(field, 1, 2) == 'b:' then
    local booking = string.sub(field, 3)
    local text = redis.call('GET', key('pending', booking))
    if text then
      reply[#reply + 1] = lease_of(booking)
      reply[#reply + 1] = text
    end
  end
end
return reply
