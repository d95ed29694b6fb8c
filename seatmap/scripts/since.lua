-- since.lua returns the log of a zone from a version inclusive: its first entry proves that the asker was there.
-- KEYS[1] meta:{e}
-- ARGV[5] zone  [6] version  [7] entries at most
-- Returns  ok, epoch, messages... | refused, not_found, detail | closed
if not is_open then return { 'closed' } end
if not zone(ARGV[5]) then return refuse('not_found', ARGV[5]) end
local reply = { 'ok', epoch }
for _, entry in ipairs(redis.call('XRANGE', key('log', ARGV[5]), ARGV[6] .. '-0', '+', 'COUNT', ARGV[7])) do
  reply[#reply + 1] = entry[2][2]
end
return reply
