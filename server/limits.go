package main

import "fmt"

// limits bound what strangers may take of a node.
type limits struct {
	MaxSockets int `default:"50000" placeholder:"N" help:"Sockets on this node, 0 for no limit (${env}; default ${default})."`
}

// Validate is called by the command line.
func (l limits) Validate() error {
	if l.MaxSockets < 0 {
		return fmt.Errorf("--max-sockets %d is below 0", l.MaxSockets)
	}
	return nil
}
