package main

import (
	"context"
	"errors"

	"jari/server/embedded"
	"jari/server/store"
)

// database says where the data is, for commands that need nothing else.
type database struct {
	DataDir     string `default:"./data" placeholder:"DIR" help:"Folder of the embedded servers (${env}; default ${default})."`
	DatabaseDSN string `name:"database-dsn" placeholder:"DSN" help:"MariaDB, such as user:password@tcp(localhost:3306)/jari, or sqlite:///file, instead of the folder's database (${env})."`
}

// open opens a database that is there already.
func (d database) open(ctx context.Context) (*store.Store, error) {
	return d.openIn(ctx, embedded.ExistingDatabaseDSN)
}

// openNew makes the folder and its database where they are missing.
func (d database) openNew(ctx context.Context) (*store.Store, error) {
	return d.openIn(ctx, embedded.DatabaseDSN)
}

// openIn brings a folder's database to this version, as serve does; any other one must have been migrated.
func (d database) openIn(ctx context.Context, dsnOf func(dir string) (string, error)) (*store.Store, error) {
	dsn := d.DatabaseDSN
	if dsn == "" {
		var err error
		if dsn, err = dsnOf(d.DataDir); err != nil {
			return nil, err
		}
	}
	db, err := store.Open(ctx, store.Config{DSN: dsn})
	if err != nil {
		return nil, err
	}
	if d.DatabaseDSN != "" {
		err = db.CheckSchema(ctx)
	} else {
		_, err = db.Migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// with runs f on a database that is there already.
func (d database) with(ctx context.Context, f func(*store.Store) error) (err error) {
	db, err := d.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return f(db)
}

// addresses say where the servers are; with none of them given they run inside the process.
type addresses struct {
	database
	RedisURL     string `name:"redis-url" placeholder:"URL" help:"Redis, such as redis://localhost:6379/0 (${env})."`
	KafkaBrokers string `name:"kafka-brokers" placeholder:"HOSTS" help:"Kafka, such as localhost:9092,localhost:9093 (${env})."`
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
	return false, errors.New("give all of --redis-url, --database-dsn and --kafka-brokers, or none to run embedded")
}
