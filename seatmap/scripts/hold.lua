-- hold.lua adds places to a buyer's hold, all or nothing.
-- KEYS[1] meta:{e}
-- ARGV[5] buyer  [6] id of the hold if this is its first seat  [7] id of this call, the same when the client repeats it blindly
-- ARGV[8] seats:   then zone, index, seat, price of each
--         general: then zone, quantity, price
--         groups:  then per group its number of seats, then zone, index, seat, price of each; the first wholly free is taken
-- Returns  ok, now, hold JSON, extendable, ceiling, next deadline, group (from 0)
--          refused, not_found | sale_closed | hold_limit | seat_unavailable, detail, then zone, seat, state of each seat in the way
--          closed
if not is_open then return { 'closed' } end

local buyer, hold_id, call, mode = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local mine_word = 'h:' .. buyer
expire_due(100)
local h = live_hold(buyer)
-- The client repeats a call whose answer was lost. Seats by name would be found held anyway; any places would be taken twice.
if h and h.call == call then return view(h) end

local mine = {}
if h then
  for _, p in ipairs(h.seats) do mine[p[1] .. '/' .. p[2]] = true end
end

local function is_mine(p) return mine[p[1] .. '/' .. p[2]] end

local function known(p)
  local zn = zone(p[1])
  local i = tonumber(p[2])
  return zn and i >= 0 and i < zn.size
end

-- in_the_way returns the state that keeps the buyer from a seat, nil when it can be taken.
-- A seat whose holder has lapsed, or that names nobody or this buyer's forgotten hold, is free.
local function in_the_way(p)
  local z, i = p[1], tonumber(p[2])
  local s = state(z, i)
  if s == '0' then return nil end
  if s ~= '1' then return s end
  local who = owner(z, i)
  if not who or who == mine_word then return nil end
  if string.sub(who, 1, 2) == 'h:' then
    local other = string.sub(who, 3)
    if lapsed(other) then
      expire({ other })
      if state(z, i) == '0' then return nil end
    end
  end
  return s
end

local c = counts(buyer)
c.held = h and #h.seats or 0

local function over_limit(more) return c.held + c.pending + c.confirmed + more > policy.seats end

local function read_picks(from, n)
  local picks = {}
  for k = 0, n - 1 do
    local a = from + k * 4
    picks[#picks + 1] = { ARGV[a], ARGV[a + 1], ARGV[a + 2], ARGV[a + 3] }
  end
  return picks
end

-- take is the only way to success: it writes the picks into the hold.
local function take(picks, group)
  if not h then h = { id = hold_id, start = now, deadline = now + policy.hold, seats = {} } end
  h.call, h.group = call, F(group)
  for _, p in ipairs(picks) do
    put(p[1], tonumber(p[2]), '1', mine_word)
    h.seats[#h.seats + 1] = p
  end
  save_hold(buyer, h, c)
  tell(buyer, 'changed', h)
  return view(h)
end

local function hold_seats()
  local fresh = {}
  for _, p in ipairs(read_picks(9, (#ARGV - 8) / 4)) do
    if not known(p) then return refuse('not_found', p[1] .. ' ' .. p[3]) end
    if not is_mine(p) then fresh[#fresh + 1] = p end
  end
  if #fresh == 0 then return view(h) end
  if not on_sale() then return refuse('sale_closed', '') end
  if over_limit(#fresh) then return refuse('hold_limit', '') end
  local blocked = {}
  for _, p in ipairs(fresh) do
    local s = in_the_way(p)
    if s then
      blocked[#blocked + 1] = p[1]
      blocked[#blocked + 1] = p[3]
      blocked[#blocked + 1] = s
    end
  end
  if #blocked > 0 then return refuse('seat_unavailable', '', blocked) end
  return take(fresh, 0)
end

-- free_places lists up to n free places of a loaded zone: those freed by this script first, then by the map.
local function free_places(zn, n)
  local found = {}
  for _, i in ipairs(zn.order) do
    if #found == n then return found end
    if zn.states[i] == '0' then found[#found + 1] = i end
  end
  local from = 1
  while #found < n do
    local pos = string.find(zn.map, '0', from, true)
    if not pos then break end
    if zn.states[pos - 1] == nil then found[#found + 1] = pos - 1 end
    from = pos + 1
  end
  return found
end

local function hold_general()
  local z, n, price = ARGV[9], tonumber(ARGV[10]), ARGV[11]
  local zn = load_map(z)
  if not zn then return refuse('not_found', z) end
  if not on_sale() then return refuse('sale_closed', '') end
  if over_limit(n) then return refuse('hold_limit', '') end
  local found = free_places(zn, n)
  while #found < n and expire_due(100) > 0 do found = free_places(zn, n) end
  if #found < n then return refuse('seat_unavailable', '') end
  local picks = {}
  for _, i in ipairs(found) do picks[#picks + 1] = { z, F(i), z .. ':' .. F(i + 1), price } end
  return take(picks, 0)
end

local function hold_groups()
  if not on_sale() then return refuse('sale_closed', '') end
  local blocked, told, from, group = {}, {}, 9, 0
  while from <= #ARGV do
    local n = tonumber(ARGV[from])
    local picks, free = read_picks(from + 1, n), true
    if over_limit(n) then return refuse('hold_limit', '') end
    for _, p in ipairs(picks) do
      if not known(p) then return refuse('not_found', p[1] .. ' ' .. p[3]) end
      load_map(p[1])
      local s = is_mine(p) and '1' or in_the_way(p)
      if s then
        free = false
        if not told[p[3]] then
          told[p[3]] = true
          blocked[#blocked + 1] = p[1]
          blocked[#blocked + 1] = p[3]
          blocked[#blocked + 1] = s
        end
      end
    end
    if free then return take(picks, group) end
    from, group = from + 1 + n * 4, group + 1
  end
  return refuse('seat_unavailable', '', blocked)
end

if mode == 'seats' then return hold_seats() end
if mode == 'general' then return hold_general() end
return hold_groups()
