package store

import "errors"

var (
	ErrNotFound = errors.New("not found")
	ErrExists   = errors.New("exists already")
	// ErrNotOwner: another worker has moved the stored offset; drop the batch.
	ErrNotOwner = errors.New("not the owner of the partition any more")
)
