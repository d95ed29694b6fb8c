-- load.lua opens an event as the database knows it, over an older or absent epoch only, and never over decisions that it may
-- not have read: their outbox rows may be gone. A revision that was here before the database was read, and that the database
-- does not have, is none of those: the database was restored from a copy. Live holds and pending bookings keep the seats that the
-- database leaves free; of the others their holders are told. A pending booking's record stays even
-- without seats: it may already be decided, and only its decision may end it.
-- KEYS[1] meta:{e}
-- ARGV[5] epoch  [6] revision  [7] policy  [8] a higher revision that may be overwritten, or 0
-- ARGV[9] number of zones, then zone, states, available, booked, blocked of each, then buyer and confirmed seats of each
-- Returns  ok, 1 loaded | 0 the stored epoch is not older, or a later revision has been shown
local unread = revision > tonumber(ARGV[6]) and revision ~= tonumber(ARGV[8])
if epoch and (tonumber(epoch) >= tonumber(ARGV[5]) or unread) then return { 'ok', '0' } end
epoch = ARGV[5]

local packed = ARGV[7]
if read_policy(packed).fence < policy.fence then
  packed = redis.call('HGET', META, 'policy')
else
  policy = read_policy(packed)
end
counted = counted_until(policy)

local fresh, ids, was = {}, {}, zone_ids()
local a = 10
for _ = 1, tonumber(ARGV[9]) do
  local z, old = ARGV[a], zone(ARGV[a])
  ids[#ids + 1] = z
  fresh[z] = {
    states = ARGV[a + 1], free = tonumber(ARGV[a + 2]), booked = ARGV[a + 3], blocked = ARGV[a + 4],
    version = old and old.version + 1 or 1, owners = {}, claimed = {},
  }
  a = a + 5
end

local people, buyers = {}, {}
local function person(buyer)
  if not people[buyer] then
    people[buyer] = { held = 0, pending = 0, confirmed = 0 }
    buyers[#buyers + 1] = buyer
  end
  return people[buyer]
end
while a < #ARGV do
  person(ARGV[a]).confirmed = tonumber(ARGV[a + 1])
  a = a + 2
end

-- claim keeps a seat for its present owner when the database leaves it free. A pending booking may list a seat that is not
-- its own any more: it was sold to another, or blocked, and became free again since.
local named = {}
for _, z in ipairs(was) do
  local all = redis.call('HGETALL', key('seats', z))
  named[z] = {}
  for n = 1, #all, 2 do named[z][all[n]] = all[n + 1] end
end
local function claim(p, who)
  local zn, i = fresh[p[1]], tonumber(p[2])
  if not zn or not named[p[1]] or named[p[1]][p[2]] ~= who or string.sub(zn.states, i + 1, i + 1) ~= '0' then return false end
  zn.claimed[#zn.claimed + 1] = i
  zn.owners[#zn.owners + 1] = F(i)
  zn.owners[#zn.owners + 1] = who
  return true
end

local pendings = {}
for _, booking in ipairs(redis.call('ZRANGE', LEASE, 0, -1)) do
  local text = redis.call('GET', key('pending', booking))
  if text then
    local p, n = cjson.decode(text), 0
    for _, seat in ipairs(p.seats) do
      if claim(seat, 'b:' .. booking) then n = n + 1 end
    end
    local c = person(p.buyer)
    c.pending = c.pending + n
    p.n = F(n)
    pendings[#pendings + 1] = { booking, cjson.encode(p), p.buyer, n }
  end
end

local holds = {}
for _, buyer in ipairs(redis.call('ZRANGE', EXP, 0, -1)) do
  local h = load_hold(buyer)
  local cause = 'expired'
  if h and h.deadline > now then
    local kept = {}
    for _, p in ipairs(h.seats) do
      if claim(p, 'h:' .. buyer) then kept[#kept + 1] = p end
    end
    cause = #kept < #h.seats and 'lost' or nil
    h.seats = kept
    if #kept == 0 then h = nil end
  else
    h = nil
  end
  holds[#holds + 1] = { buyer, h, cause }
end

for _, z in ipairs(was) do redis.call('DEL', key('map', z), key('seats', z), key('log', z)) end
redis.call('DEL', META, key('rebuild'))
redis.call('HSET', META, 'epoch', epoch, 'run', ARGV[1], 'revision', ARGV[6], 'policy', packed, 'counted', F(counted),
  'zones', table.concat(ids, ','))

for _, z in ipairs(ids) do
  local zn = fresh[z]
  redis.call('DEL', key('map', z), key('seats', z), key('log', z))
  redis.call('SET', key('map', z), zn.states)
  for _, i in ipairs(zn.claimed) do redis.call('SETRANGE', key('map', z), i, '1') end
  call_in_parts('HSET', key('seats', z), zn.owners, 400)
  redis.call('HSET', META, 'z:' .. z, F(zn.version) .. ' ' .. F(now) .. ' ' .. F(zn.free - #zn.claimed) .. ' '
    .. F(#zn.claimed) .. ' ' .. zn.booked .. ' ' .. zn.blocked)
  -- From version -1 of a new epoch: no replica can apply it, each takes a snapshot.
  local message = epoch .. ' -1 ' .. F(zn.version) .. ' ' .. F(now) .. ' '
  redis.call('XADD', key('log', z), F(zn.version) .. '-0', 'd', message)
  redis.call(PUBLISH, key('zone', z), message)
end

for _, p in ipairs(pendings) do redis.call('SET', key('pending', p[1]), p[2]) end
for _, it in ipairs(holds) do
  local buyer, h, cause = it[1], it[2], it[3]
  if h then save_hold(buyer, h, person(buyer)) else drop_hold(buyer, person(buyer)) end
  if cause then tell(buyer, cause, h) end
end
for _, buyer in ipairs(buyers) do
  local c = people[buyer]
  if c.held == 0 then save_counts(buyer, c, now + GRACE) end
end
for _, p in ipairs(pendings) do
  if p[4] > 0 then redis.call('HSET', key('buyer', p[3]), 'b:' .. p[1], '1') end
end
for _, text in ipairs(notices) do redis.call(PUBLISH, key('notices'), text) end
return { 'ok', '1' }
