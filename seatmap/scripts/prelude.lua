-- prelude.lua is put in front of every script of this folder that changes or reads an event.
-- KEYS[1]  meta:{e<event>}. Every other key of the event has the same hash tag and is derived from it.
-- ARGV[1]  run id of the server that the caller believes to be talking to
-- ARGV[2]  PUBLISH, or SPUBLISH on a cluster
-- ARGV[3]  changes kept in the log of a zone
-- ARGV[4]  ms that a hold's key outlives its deadline
-- Own arguments of a script start at ARGV[5].
--
-- Seats are changed in memory by put() and written by flush(), so that a zone gets one version step, one log entry and
-- one message per script however often its seats changed. A script decides everything before its first write; only
-- expire() may run earlier, because freeing a lapsed hold is right whatever else the script decides.
-- Replies are arrays of strings whose first is ok, closed (the event is not open) or refused.

local META = KEYS[1]
local TAG = string.sub(META, 6) -- {e<event>}
local PUBLISH = ARGV[2]
local LOG_SIZE = ARGV[3]
local GRACE = tonumber(ARGV[4])
local DAY = 86400 * 1000 -- ms
local KEEP = 400 * DAY -- how long a buyer's counts are remembered where nobody knows until when they are needed: longer than any sale

local function key(kind, id)
  if id then return kind .. ':' .. TAG .. ':' .. id end
  return kind .. ':' .. TAG
end

-- F writes a whole number in full: tostring would turn milliseconds into 1.7e+12.
local function F(n) return string.format('%.0f', n) end

local EXP, LEASE = key('exp'), key('lease')

local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)

local head = redis.call('HMGET', META, 'epoch', 'run', 'policy', 'revision', 'counted')
local epoch, run = head[1], head[2]
local revision = tonumber(head[4] or '0')
local counted = tonumber(head[5] or '0') -- until when confirmed counts are kept, as of the load; 0: for KEEP
local is_open = epoch and run == ARGV[1]

-- read_policy unpacks "fence on opens closes hold ceiling seats"; times and durations in ms, 0 for no bound.
local function read_policy(packed)
  local f, on, o, c, h, l, m = string.match(packed, '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)$')
  return {
    fence = tonumber(f), on = on == '1', opens = tonumber(o), closes = tonumber(c),
    hold = tonumber(h), ceiling = tonumber(l), seats = tonumber(m),
  }
end

local policy = read_policy(head[3] or '-1 0 0 0 0 0 0')

-- counted_until: whoever cannot hold any more needs no cap. The days are for a sale that is prolonged, which is then nobody's business.
local function counted_until(p) return p.closes > 0 and p.closes + 30 * DAY or 0 end

local function on_sale()
  return policy.on and (policy.opens == 0 or now >= policy.opens) and (policy.closes == 0 or now < policy.closes)
end

local zones_seen, zones_touched = {}, {}

-- zone returns the working copy of a zone, nil when the event has none of that name.
-- Its field in meta is "version at available held booked blocked".
local function zone(z)
  local zn = zones_seen[z]
  if zn == nil then
    local packed = redis.call('HGET', META, 'z:' .. z)
    if not packed then
      zones_seen[z] = false
      return nil
    end
    local v, at, a, h, b, x = string.match(packed, '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+)$')
    zn = {
      version = tonumber(v), at = tonumber(at), from = tonumber(v),
      n = { ['0'] = tonumber(a), ['1'] = tonumber(h), ['2'] = tonumber(b), ['3'] = tonumber(x) },
      states = {}, order = {}, owners = {}, owned = {}, map = false,
    }
    zn.size = zn.n['0'] + zn.n['1'] + zn.n['2'] + zn.n['3']
    zones_seen[z] = zn
    zones_touched[#zones_touched + 1] = z
  end
  return zn or nil
end

local function zone_ids()
  local ids = {}
  local list = redis.call('HGET', META, 'zones')
  if list then
    for z in string.gmatch(list, '[^,]+') do ids[#ids + 1] = z end
  end
  return ids
end

-- load_map reads a zone's states at once, for scripts that look at many of its seats.
local function load_map(z)
  local zn = zone(z)
  if zn and not zn.map then zn.map = redis.call('GET', key('map', z)) or '' end
  return zn
end

-- state returns what a seat is now, '' when there is no such seat.
local function state(z, i)
  local zn = zone(z)
  if not zn or i < 0 or i >= zn.size then return '' end
  if zn.states[i] then return zn.states[i] end
  if zn.map then return string.sub(zn.map, i + 1, i + 1) end
  return redis.call('GETRANGE', key('map', z), i, i)
end

-- owner returns 'h:<buyer>', 'b:<booking>', or false.
local function owner(z, i)
  local zn = zone(z)
  if zn.owners[i] ~= nil then return zn.owners[i] end
  return redis.call('HGET', key('seats', z), F(i))
end

-- put gives a seat its state and owner (false: nobody). A change of the owner alone is no change of the seat.
local function put(z, i, s, who)
  local zn = zone(z)
  local old = state(z, i)
  if zn.owners[i] == nil then zn.owned[#zn.owned + 1] = i end
  zn.owners[i] = who
  if old == s then return end
  zn.n[old] = zn.n[old] - 1
  zn.n[s] = zn.n[s] + 1
  zn.version = zn.version + 1
  if not zn.states[i] then zn.order[#zn.order + 1] = i end
  zn.states[i] = s
end

local function call_in_parts(command, k, list, part)
  for from = 1, #list, part do
    local upto = math.min(from + part - 1, #list)
    redis.call(command, k, unpack(list, from, upto))
  end
end

local notices = {}

local function flush_zone(z, zn)
  local set, del = {}, {}
  for _, i in ipairs(zn.owned) do
    if zn.owners[i] then
      set[#set + 1] = F(i)
      set[#set + 1] = zn.owners[i]
    else
      del[#del + 1] = F(i)
    end
  end
  call_in_parts('HSET', key('seats', z), set, 400)
  call_in_parts('HDEL', key('seats', z), del, 400)
  if #zn.order == 0 then return end
  local changes = {}
  for n, i in ipairs(zn.order) do
    redis.call('SETRANGE', key('map', z), i, zn.states[i])
    changes[n] = F(i) .. '=' .. zn.states[i]
  end
  redis.call('HSET', META, 'z:' .. z, F(zn.version) .. ' ' .. F(now) .. ' ' .. F(zn.n['0']) .. ' ' .. F(zn.n['1'])
    .. ' ' .. F(zn.n['2']) .. ' ' .. F(zn.n['3']))
  local message = epoch .. ' ' .. F(zn.from) .. ' ' .. F(zn.version) .. ' ' .. F(now) .. ' ' .. table.concat(changes, ',')
  redis.call('XADD', key('log', z), 'MAXLEN', '~', LOG_SIZE, F(zn.version) .. '-0', 'd', message)
  redis.call(PUBLISH, key('zone', z), message)
end

-- flush writes and tells everything that put() and tell() have gathered. Every way out of a writing script goes through it.
local function flush()
  for _, z in ipairs(zones_touched) do flush_zone(z, zones_seen[z]) end
  for _, text in ipairs(notices) do redis.call(PUBLISH, key('notices'), text) end
end

-- A hold is JSON {id, start, deadline, call, group, seats: [[zone, index, seat, price], ...]}; every number is a string,
-- because the JSON library of Redis keeps 14 digits. call and group are of the request that added to it last.

local function load_hold(buyer)
  local text = redis.call('GET', key('hold', buyer))
  if not text then return nil end
  local h = cjson.decode(text)
  h.start, h.deadline = tonumber(h.start), tonumber(h.deadline)
  return h
end

local function hold_json(h)
  return cjson.encode({
    id = h.id, start = F(h.start), deadline = F(h.deadline), call = h.call, group = h.group, seats = h.seats,
  })
end

-- ceiling is the last deadline that extend can reach. A policy that was lowered since takes nothing away.
local function ceiling(h)
  return math.max(h.deadline, h.start + policy.ceiling)
end

local function extendable(h)
  return on_sale() and h.deadline < ceiling(h)
end

-- tell queues a private notice: the buyer's hold is h now (nil: none any more).
local function tell(buyer, cause, h)
  local text = '{"buyer":' .. cjson.encode(buyer) .. ',"cause":"' .. cause .. '"'
  if h then
    text = text .. ',"extendable":' .. tostring(extendable(h)) .. ',"ceiling":"' .. F(ceiling(h)) .. '","hold":' .. hold_json(h)
  end
  notices[#notices + 1] = text .. '}'
end

-- counts returns the buyer's seats for the cap. What was written under another epoch counts nothing:
-- opening an event writes the counts of everybody who has some.
local function counts(buyer)
  local c = redis.call('HMGET', key('buyer', buyer), 'epoch', 'held', 'pending', 'confirmed')
  if c[1] ~= epoch then return { held = 0, pending = 0, confirmed = 0 } end
  return { held = tonumber(c[2]), pending = tonumber(c[3]), confirmed = tonumber(c[4]) }
end

-- save_counts keeps them until gone, the end of what is held, or longer for what is pending or confirmed.
local function save_counts(buyer, c, gone)
  local k = key('buyer', buyer)
  if c.held + c.pending + c.confirmed == 0 then
    redis.call('DEL', k)
    return
  end
  redis.call('HSET', k, 'epoch', epoch, 'held', F(c.held), 'pending', F(c.pending), 'confirmed', F(c.confirmed))
  if c.pending > 0 or c.confirmed > 0 and counted == 0 then
    gone = now + KEEP
  elseif c.confirmed > 0 then
    gone = math.max(c.held > 0 and gone or 0, counted)
  end
  redis.call('PEXPIREAT', k, F(gone))
end

local function save_hold(buyer, h, c)
  c = c or counts(buyer)
  c.held = #h.seats
  local gone = h.deadline + GRACE
  redis.call('SET', key('hold', buyer), hold_json(h), 'PXAT', F(gone))
  redis.call('ZADD', EXP, F(h.deadline), buyer)
  save_counts(buyer, c, gone)
end

local function drop_hold(buyer, c)
  redis.call('DEL', key('hold', buyer))
  redis.call('ZREM', EXP, buyer)
  c = c or counts(buyer)
  c.held = 0
  save_counts(buyer, c, now + GRACE)
end

-- lapsed tells whether a buyer named by a seat holds it no more. A hold without a deadline in exp is a leftover.
local function lapsed(buyer)
  local deadline = redis.call('ZSCORE', EXP, buyer)
  return not deadline or tonumber(deadline) <= now
end

-- expire frees the seats of these buyers' holds. Where the hold's key has gone too (nobody looked for as long as the grace),
-- the seats hashes still name the buyer: they are searched once for all of them.
local function expire(buyers)
  local vanished = nil
  for _, buyer in ipairs(buyers) do
    local h = load_hold(buyer)
    if h then
      for _, p in ipairs(h.seats) do
        local z, i = p[1], tonumber(p[2])
        if zone(z) and owner(z, i) == 'h:' .. buyer then put(z, i, '0', false) end
      end
    else
      vanished = vanished or {}
      vanished['h:' .. buyer] = true
    end
    drop_hold(buyer)
    tell(buyer, 'expired', nil)
  end
  if not vanished then return end
  for _, z in ipairs(zone_ids()) do
    local zn, all = zone(z), redis.call('HGETALL', key('seats', z))
    for n = 1, #all, 2 do
      local i = tonumber(all[n])
      if vanished[all[n + 1]] and zn.owners[i] == nil then put(z, i, '0', false) end
    end
  end
end

-- expire_due expires at most limit holds whose deadline has passed and returns how many it found.
local function expire_due(limit)
  local due = redis.call('ZRANGEBYSCORE', EXP, '-inf', F(now), 'LIMIT', 0, limit)
  if #due > 0 then expire(due) end
  return #due
end

-- live_hold returns the buyer's hold unless it has lapsed; then it is expired here.
local function live_hold(buyer)
  local h = load_hold(buyer)
  if h and h.deadline > now then return h end
  if h or redis.call('ZSCORE', EXP, buyer) then expire({ buyer }) end
  return nil
end

local function next_deadline()
  local first = redis.call('ZRANGE', EXP, 0, 0, 'WITHSCORES')
  if first[2] then return F(tonumber(first[2])) end
  return ''
end

-- lease_of returns when the sweeper asks for a pending booking.
local function lease_of(booking)
  return F(tonumber(redis.call('ZSCORE', LEASE, booking) or now))
end

-- view ends a script with the buyer's hold: ok, now, hold JSON or '', extendable, ceiling or '', next deadline of the event or '', group.
local function view(h)
  flush()
  if not h then return { 'ok', F(now), '', '0', '', next_deadline(), '0' } end
  return { 'ok', F(now), hold_json(h), extendable(h) and '1' or '0', F(ceiling(h)), next_deadline(), h.group or '0' }
end

-- refuse ends a script with a code, a detail and the seats in the way as zone, seat, state.
local function refuse(code, detail, seats)
  flush()
  local reply = { 'refused', code, detail }
  for _, word in ipairs(seats or {}) do reply[#reply + 1] = word end
  return reply
end
