package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"jari/server/embedded"
	"jari/server/store"
)

// database says where the data is, for commands that need nothing else.
type database struct {
	DataDir              string `default:"./data" placeholder:"DIR" help:"Folder of the embedded servers (${env}; default ${default})."`
	DatabaseDSN          string `name:"database-dsn" placeholder:"DSN" help:"MariaDB, such as jari@tcp(localhost:3306)/jari, or sqlite:///file, instead of the folder's database (${env}; with a password only from there)."`
	DatabasePasswordFile string `name:"database-password-file" placeholder:"FILE" help:"File that holds MariaDB's password (${env})."`
	DatabaseCAFile       string `name:"database-ca-file" placeholder:"FILE" help:"Certificates in PEM that sign MariaDB's: speak TLS with it (${env}; those of the system: add ?tls=true to the DSN)."`
}

// Validate is called by the command line.
func (d database) Validate() error {
	if d.DatabasePasswordFile == "" && d.DatabaseCAFile == "" {
		return nil
	}
	if d.DatabaseDSN == "" || strings.HasPrefix(d.DatabaseDSN, "sqlite:") {
		return errors.New("--database-password-file and --database-ca-file are of use only with MariaDB: give its --database-dsn")
	}
	_, err := d.config(d.DatabaseDSN, nil)
	return err
}

// config is what opens the database at an address: of a file, with nothing but the address.
func (d database) config(dsn string, log *slog.Logger) (store.Config, error) {
	cfg := store.Config{DSN: dsn, Logger: log}
	if dsn != d.DatabaseDSN {
		return cfg, nil
	}
	cfg.Existing = true
	var err error
	if d.DatabasePasswordFile != "" && passwordInDSN(dsn) {
		return cfg, errors.New("give the database's password in JARI_DATABASE_DSN or --database-password-file, not both")
	}
	if cfg.Password, err = fromFile("", "", "--database-password-file", d.DatabasePasswordFile); err != nil {
		return cfg, err
	}
	cfg.CAs, err = certificates("--database-ca-file", d.DatabaseCAFile)
	return cfg, err
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
	cfg, err := d.config(dsn, nil)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, cfg)
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
