-- expire.lua frees the seats of holds whose deadline has passed, the earliest first.
-- KEYS[1] meta:{e}
-- ARGV[5] how many holds at most
-- Returns  ok, holds expired, next deadline of the event or '', now | closed
if not is_open then return { 'closed' } end
local n = expire_due(ARGV[5])
flush()
return { 'ok', F(n), next_deadline(), F(now) }
