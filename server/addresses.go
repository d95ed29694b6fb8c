package main

import "errors"

// addresses say where the servers are; with none of them given they run inside the process.
type addresses struct {
	database
	redisAddress
	kafkaAddress
}

// embedded reports whether the servers run inside the process. Some addresses without the others are a mistake.
func (a addresses) embedded() (bool, error) {
	given := 0
	for _, address := range []string{a.RedisURL, a.DatabaseDSN, a.KafkaBrokers} {
		if address != "" {
			given++
		}
	}
	switch given {
	case 0:
		return true, nil
	case 3:
		return false, nil
	}
	return false, errors.New("give all of --redis-url, --database-dsn and --kafka-brokers, or none for the servers inside, in a data folder")
}
