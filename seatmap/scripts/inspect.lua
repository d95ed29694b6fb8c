-- inspect.lua reads a zone for the audit. It changes nothing, and sees everything at one moment.
-- KEYS[1] meta:{e}
-- ARGV[5] zone
-- Returns  ok, revision, available, held, booked, blocked as meta counts them, states, then index and fault of each seat
--          that contradicts itself | refused, not_found, detail | closed
if not is_open then return { 'closed' } end
local z = ARGV[5]
local zn = load_map(z)
if not zn then return refuse('not_found', z) end

local reply = { 'ok', F(revision), F(zn.n['0']), F(zn.n['1']), F(zn.n['2']), F(zn.n['3']), zn.map }
local function fault(i, text)
  reply[#reply + 1] = F(i)
  reply[#reply + 1] = text
end

local named, all = {}, redis.call('HGETALL', key('seats', z))
for n = 1, #all, 2 do
  local i, who = tonumber(all[n]), all[n + 1]
  local kind, id = string.sub(who, 1, 2), string.sub(who, 3)
  named[i] = true
  if string.sub(zn.map, i + 1, i + 1) ~= '1' then
    fault(i, 'has the owner ' .. who .. ' and is not held')
  elseif kind == 'h:' then
    if not redis.call('ZSCORE', EXP, id) then fault(i, 'is held by ' .. id .. ', who has no hold') end
  elseif kind ~= 'b:' then
    fault(i, 'has the owner ' .. who .. ', which is neither hold nor booking')
  elseif redis.call('EXISTS', key('pending', id)) == 0 then
    fault(i, 'waits for booking ' .. id .. ', which is not pending')
  elseif not redis.call('ZSCORE', LEASE, id) then
    fault(i, 'waits for booking ' .. id .. ', which no sweeper will ask for')
  end
end

local at = string.find(zn.map, '1', 1, true)
while at do
  if not named[at - 1] then fault(at - 1, 'is held by nobody') end
  at = string.find(zn.map, '1', at + 1, true)
end
return reply
