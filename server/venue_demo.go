package main

import (
	"os"

	"jari/seatmap"
	"jari/seatmap/demo"
	"jari/seatmap/pretix"
)

type venueDemoCmd struct {
	Plan string `arg:"" optional:"" default:"hall" enum:"hall,bowl,stadium,odd" help:"hall (2,770 places: the demonstration), bowl (18,468 seats), stadium (64,268) or odd (names that programs get wrong); default ${default}."`
}

// demoPlans are the plans that are generated.
var demoPlans = map[string]func() *seatmap.Plan{
	"hall": demo.Hall, "bowl": demo.Bowl, "stadium": demo.Stadium, "odd": demo.Odd,
}

func (c *venueDemoCmd) Run() error {
	b, err := pretix.Write(demoPlans[c.Plan]())
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(append(b, '\n'))
	return err
}
