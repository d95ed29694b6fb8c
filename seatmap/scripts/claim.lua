-- claim.lua makes one caller the one who asks for a rebuild. A repeated call of the winner wins again.
-- KEYS[1] rebuild:{e}
-- ARGV[1] id of this call  [2] ms to live
-- Returns  1 or 0
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('GET', KEYS[1]) == ARGV[1] then return 1 end
return 0
