-- configure.lua writes an event's policy unless a newer one is there. It does not ask whether the event is open:
-- the policy that a rebuild brings may be older than this one, and is then refused in the same way.
-- KEYS[1] meta:{e}
-- ARGV[5] fence  [6] policy
-- Returns  ok
if tonumber(ARGV[5]) >= policy.fence then redis.call('HSET', META, 'policy', ARGV[6]) end
return { 'ok' }
