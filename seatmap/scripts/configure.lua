-- configure.lua writes an event's policy unless a newer one is there. It does not ask whether the event is open:
-- the policy that a rebuild brings may be older than this one, and is then refused in the same way.
-- A sale that now goes on for longer than the buyers' counts are kept closes the event: its rebuild brings them with another end.
-- KEYS[1] meta:{e}
-- ARGV[5] fence  [6] policy
-- Returns  ok
if tonumber(ARGV[5]) >= policy.fence then
  redis.call('HSET', META, 'policy', ARGV[6])
  local closes = read_policy(ARGV[6]).closes
  if is_open and counted > 0 and (closes == 0 or closes > counted) then redis.call('HDEL', META, 'run') end
end
return { 'ok' }
