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
