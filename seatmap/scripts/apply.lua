-- apply.lua shows a decision of the database. Decisions come in the order of their revisions, so a seat that this one calls
-- available and that is booked or blocked here was so by an earlier one: a cancel or an unblock frees it without asking whose
-- it was. A rejected booking never had more than its pending seats, so only those that still name it are freed.
-- KEYS[1] meta:{e}
-- ARGV[5] revision  [6] booking or ''  [7] status  [8] buyer  [9] change of the buyer's confirmed count
-- ARGV[10] private message or ''  [11...] zone, index, state of each seat as the database has it now
-- Returns  ok, now | old | refused, not_found, detail | closed
if not is_open then return { 'closed' } end

local booking, status, buyer = ARGV[6], ARGV[7], ARGV[8]
local named = 'b:' .. booking
local frees = booking == '' or status == 'cancelled'
if ARGV[10] ~= '' then notices[1] = ARGV[10] end

-- finish ends the booking's pending record, whatever was decided: seats that still name it are free. change is of the confirmed seats.
local function finish(change)
  local text, n = redis.call('GET', key('pending', booking)), 0
  if not text and change == 0 then return end
  if text then
    local p = cjson.decode(text)
    buyer, n = p.buyer, tonumber(p.n)
    -- Seats of it that the decision did not speak of are free again.
    for _, seat in ipairs(p.seats) do
      local z, i = seat[1], tonumber(seat[2])
      if zone(z) and owner(z, i) == named then put(z, i, '0', false) end
    end
    redis.call('DEL', key('pending', booking))
    redis.call('ZREM', LEASE, booking)
    redis.call('HDEL', key('buyer', buyer), named)
  end
  local c = counts(buyer)
  c.pending = math.max(0, c.pending - n)
  c.confirmed = math.max(0, c.confirmed + change)
  save_counts(buyer, c, math.max(now, tonumber(redis.call('ZSCORE', EXP, buyer) or '0')) + GRACE) -- it may hold other seats
end

-- The loaded map is the truth for every seat but those that wait for this very decision: Redis may have remembered them.
-- Told again all the same: the first telling may have been lost with its answer, and a notice is only a hint.
if tonumber(ARGV[5]) <= revision then
  if booking ~= '' then
    for n = 11, #ARGV, 3 do
      local z, i = ARGV[n], tonumber(ARGV[n + 1])
      if zone(z) and owner(z, i) == named then put(z, i, '0', false) end
    end
    finish(0)
  end
  flush()
  return { 'ok', 'old' }
end

for n = 11, #ARGV, 3 do
  if state(ARGV[n], tonumber(ARGV[n + 1])) == '' then return { 'refused', 'not_found', ARGV[n] .. ' ' .. ARGV[n + 1] } end
end

local losers, lost = {}, {}
local function give(z, i, s)
  local who = owner(z, i)
  if who and string.sub(who, 1, 2) == 'h:' then
    local other = string.sub(who, 3)
    if not lost[other] then losers[#losers + 1] = other end
    lost[other] = true
  end
  put(z, i, s, false)
end

local function free(z, i)
  local was = state(z, i)
  if was == '1' then
    if owner(z, i) == named then put(z, i, '0', false) end
  elseif was ~= '0' and frees then
    put(z, i, '0', false)
  end
end

for n = 11, #ARGV, 3 do
  local z, i, s = ARGV[n], tonumber(ARGV[n + 1]), ARGV[n + 2]
  if s == '0' then free(z, i) else give(z, i, s) end
end

redis.call('HSET', META, 'revision', ARGV[5])
revision = tonumber(ARGV[5])
if booking ~= '' then finish(tonumber(ARGV[9])) end

for _, other in ipairs(losers) do
  local h = live_hold(other)
  if h then
    local kept = {}
    for _, p in ipairs(h.seats) do
      if owner(p[1], tonumber(p[2])) == 'h:' .. other then kept[#kept + 1] = p end
    end
    local cause = other == buyer and 'booked' or 'lost'
    h.seats = kept
    if #kept == 0 then
      drop_hold(other)
      tell(other, cause, nil)
    else
      save_hold(other, h)
      tell(other, cause, h)
    end
  end
end
flush()
return { 'ok', 'now' }
