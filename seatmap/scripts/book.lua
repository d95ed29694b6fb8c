-- book.lua turns a buyer's hold into a pending booking. The seats stay held: no viewer sees a difference.
-- KEYS[1] meta:{e}
-- ARGV[5] buyer  [6] booking  [7] ms until the sweeper asks what became of it
-- Returns  ok, lease, pending JSON | refused, hold_expired, detail | closed
-- A pending booking is JSON {booking, buyer, created, seats: [[zone, index, seat, price], ...], n}: created in ms, n of its seats count for the cap.
if not is_open then return { 'closed' } end

local buyer, booking, lease = ARGV[5], ARGV[6], now + tonumber(ARGV[7])
local there = redis.call('GET', key('pending', booking))
if there then return { 'ok', lease_of(booking), there } end

local h = live_hold(buyer)
if not h then return refuse('hold_expired', '') end

local named = 'b:' .. booking -- the buyer's hash names its pending bookings beside their count
local text = cjson.encode({ booking = booking, buyer = buyer, created = F(now), seats = h.seats, n = F(#h.seats) })
for _, p in ipairs(h.seats) do put(p[1], tonumber(p[2]), '1', named) end
redis.call('SET', key('pending', booking), text)
redis.call('ZADD', LEASE, F(lease), booking)
local c = counts(buyer)
c.pending = c.pending + #h.seats
drop_hold(buyer, c)
redis.call('HSET', key('buyer', buyer), named, '1')
tell(buyer, 'booked', nil)
flush()
return { 'ok', F(lease), text }
