-- forget.lua deletes what there is of an event that is over, unless somebody needs it still; the caller knows that it is over.
-- For a while three fields of meta stay, without which it is not open: an older load or an older policy may be on its way.
-- KEYS[1] meta:{e}
-- ARGV[5] for how many ms nothing may have changed  [6] ms that epoch, revision and policy are remembered
-- Returns  ok, gone | used (held, changed lately, or followed by a node) | pending (a booking waits for its decision)
if redis.call('PTTL', META) ~= -1 then return { 'ok', 'gone' } end -- absent, or forgotten before
if redis.call('ZCARD', LEASE) > 0 then return { 'ok', 'pending' } end
if is_open and expire_due(100) > 0 then
  flush()
  return { 'ok', 'used' }
end
if redis.call('ZCOUNT', EXP, '(' .. F(now), '+inf') > 0 then return { 'ok', 'used' } end

-- A node follows the channels of an event that one of its clients looks at.
local count = PUBLISH == 'SPUBLISH' and 'SHARDNUMSUB' or 'NUMSUB'
local function followed(channel) return redis.call('PUBSUB', count, channel)[2] > 0 end

local ids = zone_ids()
for _, z in ipairs(ids) do
  local zn = zone(z)
  if zn and zn.at > now - tonumber(ARGV[5]) or followed(key('zone', z)) then return { 'ok', 'used' } end
end
if followed(key('notices')) then return { 'ok', 'used' } end

for _, z in ipairs(ids) do redis.call('UNLINK', key('map', z), key('seats', z), key('log', z)) end
redis.call('UNLINK', EXP, META)
for field, value in pairs({ epoch = epoch, revision = head[4], policy = head[3] }) do
  if value then redis.call('HSET', META, field, value) end
end
redis.call('PEXPIRE', META, ARGV[6])
return { 'ok', 'gone' }
