package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"jari/server/api"
)

// Validate refuses settings that cannot be meant. The command line calls it before anything is started.
func (c *serveCmd) Validate() error {
	inside, err := c.embedded()
	switch {
	case err != nil:
		return err
	case inside && c.Role != "all":
		return fmt.Errorf("--role %s alone can sell nothing: the parts inside are one process; use --role all, or give --redis-url, --database-dsn and --kafka-brokers", c.Role)
	case c.DeliveryCost <= 0:
		return fmt.Errorf("--delivery-cost %s is not longer than 0", c.DeliveryCost)
	case c.TickMin <= 0:
		return fmt.Errorf("--tick-min %s is not longer than 0", c.TickMin)
	case c.TickMax < c.TickMin:
		return fmt.Errorf("--tick-max %s is shorter than --tick-min %s", c.TickMax, c.TickMin)
	case c.DrainTime < 0:
		return fmt.Errorf("--drain-time %s is below 0", c.DrainTime)
	}
	for _, origin := range c.AllowedOrigins {
		if err := checkOrigin(origin); err != nil {
			return err
		}
	}
	if err := errors.Join(c.database.Validate(), c.redisAddress.Validate(), c.kafkaAddress.Validate(), c.topics.Validate(), c.limits.Validate()); err != nil {
		return err
	}
	key, err := c.signingKey()
	if err == nil && key == nil && !inside {
		return errors.New("give JARI_SIGNING_KEY or --signing-key-file: " + keyFormat)
	}
	return err
}

// checkOrigin wants what browsers send as Origin; a slash at its end is forgiven.
func checkOrigin(origin string) error {
	if origin == api.NullOrigin {
		return nil
	}
	u, err := url.Parse(strings.TrimSuffix(origin, "/"))
	if err != nil || u.Scheme == "" || u.Host == "" || !strings.EqualFold(u.Scheme+"://"+u.Host, strings.TrimSuffix(origin, "/")) {
		return fmt.Errorf("--allowed-origins: %q is no origin: want scheme://host or scheme://host:port, such as https://tickets.example", origin)
	}
	return nil
}

const keyFormat = "64 hexadecimal digits (openssl rand -hex 32), the same on all nodes"

// signingKey reads the key that the nodes share, nil when none is given.
func (c *serveCmd) signingKey() ([]byte, error) {
	text, from := c.SigningKey, "JARI_SIGNING_KEY"
	if c.SigningKeyFile != "" {
		if text != "" {
			return nil, errors.New("give JARI_SIGNING_KEY or --signing-key-file, not both")
		}
		b, err := os.ReadFile(c.SigningKeyFile)
		if err != nil {
			return nil, fmt.Errorf("--signing-key-file: %w", err)
		}
		text, from = strings.TrimSpace(string(b)), "--signing-key-file "+c.SigningKeyFile
	} else if text == "" {
		return nil, nil
	}
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("%s is no key: want %s", from, keyFormat)
	}
	return key, nil
}
