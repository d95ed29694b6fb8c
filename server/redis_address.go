package main

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// redisAddress says where Redis is, what it is, and how it and we know each other.
type redisAddress struct {
	RedisURL                  string `name:"redis-url" placeholder:"URL" help:"Redis, such as redis://localhost:6379/0, or rediss:// for TLS; of a cluster some of its servers, or the Sentinels: redis://host:port?addr=host:port&addr=host:port (${env}; with a password only from there)."`
	RedisMode                 string `name:"redis-mode" default:"single" enum:"single,sentinel,cluster" placeholder:"MODE" help:"single, sentinel (one master at a time, which Sentinels watch) or cluster (${env}; default ${default})."`
	RedisSentinelMaster       string `name:"redis-sentinel-master" placeholder:"NAME" help:"Name by which the Sentinels know the master (${env})."`
	RedisPasswordFile         string `name:"redis-password-file" placeholder:"FILE" help:"File that holds Redis's password; a user's name is in the URL (${env})."`
	RedisSentinelPasswordFile string `name:"redis-sentinel-password-file" placeholder:"FILE" help:"File that holds the password of the Sentinels (${env}; default none)."`
	RedisCAFile               string `name:"redis-ca-file" placeholder:"FILE" help:"Certificates in PEM that sign those of Redis (${env}; default those of the system)."`
	RedisCertFile             string `name:"redis-cert-file" placeholder:"FILE" help:"Our own certificate in PEM, where Redis asks for one (${env})."`
	RedisKeyFile              string `name:"redis-key-file" placeholder:"FILE" help:"File that holds its key (${env})."`
}

// Timeouts of all that asks Redis: a hold without it is refused within a second.
const (
	redisDialTimeout = time.Second
	redisTimeout     = 500 * time.Millisecond
)

// Validate is called by the command line.
func (r redisAddress) Validate() error {
	if r.RedisURL == "" {
		if r != (redisAddress{RedisMode: r.RedisMode}) || cmp.Or(r.RedisMode, "single") != "single" {
			return errors.New("--redis-mode and the others that begin with --redis- are for a Redis that --redis-url names")
		}
		return nil
	}
	_, err := r.options()
	return err
}

// options reads the settings and their files. No error repeats the URL: it may hold a password.
func (r redisAddress) options() (*redis.UniversalOptions, error) {
	u, err := url.Parse(r.RedisURL)
	if err != nil || strings.Contains(u.RawQuery, "@") { // after digits a question mark of a password reads as the end of a port
		return nil, errors.New("--redis-url is no URL: want redis://host:port; special characters of a password are written as %XX")
	}
	o := &redis.UniversalOptions{}
	if u.Scheme == "unix" && r.mode() == "single" {
		o.Addrs = []string{u.Path}
		o.Username = u.User.Username()
		o.Password, _ = u.User.Password()
	} else if err := r.readURL(u, o); err != nil {
		return nil, err
	}
	o.MasterName = r.RedisSentinelMaster
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = redisDialTimeout, redisTimeout, redisTimeout
	o.ContextTimeoutEnabled = true
	return o, errors.Join(r.checkMode(o), r.readPasswords(o), r.readTLS(o))
}

func (r redisAddress) mode() string { return cmp.Or(r.RedisMode, "single") }

// readURL takes everything from the library's reading of a cluster's URL, the only one with all that the modes have in common, but
// for the database.
func (r redisAddress) readURL(u *url.URL, o *redis.UniversalOptions) error {
	c, err := redis.ParseClusterURL(r.RedisURL)
	if err != nil {
		return fmt.Errorf("--redis-url: %s", strings.TrimPrefix(err.Error(), "redis: "))
	}
	if c.ReadOnly || c.RouteByLatency || c.RouteRandomly {
		return errors.New("--redis-url: replicas may lack the last holds: only masters are read")
	}
	o.Addrs, o.Username, o.Password = c.Addrs, c.Username, c.Password
	o.ClientName, o.Protocol = c.ClientName, c.Protocol
	o.PoolFIFO, o.PoolSize, o.PoolTimeout = c.PoolFIFO, c.PoolSize, c.PoolTimeout
	o.MinIdleConns, o.MaxIdleConns, o.MaxActiveConns = c.MinIdleConns, c.MaxIdleConns, c.MaxActiveConns
	o.ConnMaxIdleTime, o.ConnMaxLifetime = c.ConnMaxIdleTime, c.ConnMaxLifetime
	if c.TLSConfig != nil {
		// Each server is to be who it is called: by the URL, by the Sentinels, or by the cluster.
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if number := strings.Trim(u.Path, "/"); number != "" {
		if o.DB, err = strconv.Atoi(number); err != nil || o.DB < 0 {
			return errors.New("--redis-url: what follows the port is the number of a database, such as /0")
		}
	}
	return nil
}

func (r redisAddress) checkMode(o *redis.UniversalOptions) error {
	switch mode := r.mode(); {
	case mode == "single" && len(o.Addrs) > 1:
		return errors.New("--redis-url names several servers: say what they are with --redis-mode sentinel or cluster")
	case mode == "cluster" && o.DB != 0:
		return errors.New("--redis-url: a cluster has no database but 0")
	case mode == "sentinel" && o.MasterName == "":
		return errors.New("--redis-mode sentinel needs --redis-sentinel-master, the name by which the Sentinels know the master")
	case mode != "sentinel" && (o.MasterName != "" || r.RedisSentinelPasswordFile != ""):
		return errors.New("--redis-sentinel-master and --redis-sentinel-password-file are for --redis-mode sentinel")
	}
	return nil
}

func (r redisAddress) readPasswords(o *redis.UniversalOptions) (err error) {
	if r.RedisPasswordFile != "" && o.Password != "" {
		return errors.New("give the password of Redis in JARI_REDIS_URL or --redis-password-file, not both")
	}
	if r.RedisPasswordFile != "" {
		if o.Password, err = fromFile("", "", "--redis-password-file", r.RedisPasswordFile); err != nil {
			return err
		}
	}
	o.SentinelPassword, err = fromFile("", "", "--redis-sentinel-password-file", r.RedisSentinelPasswordFile)
	return err
}

func (r redisAddress) readTLS(o *redis.UniversalOptions) (err error) {
	if o.TLSConfig == nil {
		if r.RedisCAFile != "" || r.RedisCertFile != "" || r.RedisKeyFile != "" {
			return errors.New("--redis-ca-file, --redis-cert-file and --redis-key-file are of use only with TLS: begin --redis-url with rediss://")
		}
		return nil
	}
	if o.TLSConfig.RootCAs, err = certificates("--redis-ca-file", r.RedisCAFile); err != nil {
		return err
	}
	if (r.RedisCertFile == "") != (r.RedisKeyFile == "") {
		return errors.New("give both of --redis-cert-file and --redis-key-file, or neither")
	}
	if r.RedisCertFile != "" {
		pair, err := tls.LoadX509KeyPair(r.RedisCertFile, r.RedisKeyFile)
		if err != nil {
			return fmt.Errorf("--redis-cert-file and --redis-key-file: %w", err)
		}
		o.TLSConfig.Certificates = []tls.Certificate{pair}
	}
	return nil
}
