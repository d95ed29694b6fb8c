package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestRedisSettings(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	cert, key := a.issue(t, "jari")
	none := filepath.Join(t.TempDir(), "none")
	const secret = "s3cret"
	for _, c := range []struct {
		r     redisAddress
		words string // of the error; empty: accepted
	}{
		{redisAddress{}, ""},
		{redisAddress{RedisMode: "single"}, ""},
		{redisAddress{RedisURL: "redis://localhost:6379/0"}, ""},
		{redisAddress{RedisURL: "redis://user:" + secret + "@localhost/3?pool_size=20"}, ""},
		{redisAddress{RedisURL: "unix:///run/redis/redis.sock"}, ""},
		{redisAddress{RedisURL: "rediss://h", RedisCAFile: a.file, RedisCertFile: cert, RedisKeyFile: key}, ""},
		{redisAddress{RedisURL: "redis://h1:26379?addr=h2:26379", RedisMode: "sentinel", RedisSentinelMaster: "jari",
			RedisPasswordFile: secretFile(t, secret), RedisSentinelPasswordFile: secretFile(t, secret)}, ""},
		{redisAddress{RedisURL: "rediss://h1?addr=h2:6379", RedisMode: "cluster"}, ""},
		{redisAddress{RedisMode: "cluster"}, "that --redis-url names"},
		{redisAddress{RedisPasswordFile: none}, "that --redis-url names"},
		{redisAddress{RedisURL: "redis://:" + secret + "/x@h:1"}, "--redis-url is no URL"},
		{redisAddress{RedisURL: "redis://:12?" + secret + "@h:1/0"}, "--redis-url is no URL"},
		{redisAddress{RedisURL: "http://h"}, "--redis-url: invalid URL scheme"},
		{redisAddress{RedisURL: "redis://h/db"}, "--redis-url: what follows the port"},
		{redisAddress{RedisURL: "redis://h?master_name=jari", RedisMode: "sentinel", RedisSentinelMaster: "jari"}, "--redis-url: unexpected option"},
		{redisAddress{RedisURL: "redis://h?read_only=true", RedisMode: "cluster"}, "only masters are read"},
		{redisAddress{RedisURL: "unix:///run/redis/redis.sock", RedisMode: "cluster"}, "--redis-url: invalid URL scheme"},
		{redisAddress{RedisURL: "redis://h1?addr=h2:6379"}, "--redis-mode sentinel or cluster"},
		{redisAddress{RedisURL: "redis://h1/1?addr=h2:6379", RedisMode: "cluster"}, "no database but 0"},
		{redisAddress{RedisURL: "redis://h1", RedisMode: "sentinel"}, "needs --redis-sentinel-master"},
		{redisAddress{RedisURL: "redis://h1", RedisSentinelMaster: "jari"}, "for --redis-mode sentinel"},
		{redisAddress{RedisURL: "redis://h1", RedisMode: "cluster", RedisSentinelPasswordFile: none}, "for --redis-mode sentinel"},
		{redisAddress{RedisURL: "redis://:" + secret + "@h", RedisPasswordFile: secretFile(t, secret)}, "not both"},
		{redisAddress{RedisURL: "redis://h", RedisPasswordFile: none}, "--redis-password-file"},
		{redisAddress{RedisURL: "redis://h", RedisPasswordFile: secretFile(t, "\n")}, "is empty"},
		{redisAddress{RedisURL: "redis://h", RedisCAFile: a.file}, "begin --redis-url with rediss://"},
		{redisAddress{RedisURL: "rediss://h", RedisCAFile: key}, "--redis-ca-file"},
		{redisAddress{RedisURL: "rediss://h", RedisCertFile: cert}, "both of --redis-cert-file and --redis-key-file"},
		{redisAddress{RedisURL: "rediss://h", RedisCertFile: key, RedisKeyFile: cert}, "--redis-cert-file"},
	} {
		err := c.r.Validate()
		switch {
		case err == nil && c.words != "":
			t.Errorf("%+v is accepted", c.r)
		case err != nil && (c.words == "" || !strings.Contains(err.Error(), c.words)):
			t.Errorf("%+v: %v, want %q", c.r, err, c.words)
		case err != nil && strings.Contains(err.Error(), secret):
			t.Errorf("a password is told: %v", err)
		}
	}
}

// TestWhatTheSettingsComeTo: everything is told to the client, and nothing that waits for longer.
func TestWhatTheSettingsComeTo(t *testing.T) {
	t.Parallel()
	o, err := redisAddress{RedisURL: "rediss://ann@h1:1/2?addr=h2:2&pool_size=7&read_timeout=9s", RedisMode: "sentinel", RedisSentinelMaster: "jari",
		RedisPasswordFile: secretFile(t, "p\n"), RedisSentinelPasswordFile: secretFile(t, "q")}.options()
	if err != nil {
		t.Fatal(err)
	}
	f := o.Failover()
	if strings.Join(f.SentinelAddrs, " ") != "h1:1 h2:2" || f.MasterName != "jari" || f.DB != 2 || f.Username != "ann" || f.Password != "p" ||
		f.SentinelPassword != "q" || f.PoolSize != 7 || f.TLSConfig == nil || f.ReadTimeout != redisTimeout || f.DialTimeout != redisDialTimeout {
		t.Errorf("%+v", f)
	}
}
