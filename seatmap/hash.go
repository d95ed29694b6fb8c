package seatmap

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
)

// planName is a plan's hash, computed once.
type planName struct {
	once sync.Once
	hash string
}

// Hash names the plan: hex SHA-256 of its canonical JSON, which is its JSON with fields in declared order and absent
// lists as empty ones. It is empty for a plan that has no JSON, one with a coordinate that is not finite: Check refuses it.
func (p *Plan) Hash() string {
	p.named.once.Do(func() {
		b, err := json.Marshal(p.canonical())
		if err != nil {
			return
		}
		sum := sha256.Sum256(b)
		p.named.hash = hex.EncodeToString(sum[:])
	})
	return p.named.hash
}

// canonical is the plan with nil lists made empty, so that a plan and its copy read back from JSON have one name.
func (p *Plan) canonical() *Plan {
	c := &Plan{
		Name: p.Name, Width: p.Width, Height: p.Height, Currency: p.Currency, TimeZone: p.TimeZone, Focus: p.Focus,
		Categories: filled(p.Categories), Areas: filled(p.Areas), Zones: filled(slices.Clone(p.Zones)),
	}
	for i := range c.Zones {
		c.Zones[i].Outline = filled(c.Zones[i].Outline)
	}
	return c
}

func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
