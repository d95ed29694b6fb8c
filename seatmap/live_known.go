package seatmap

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// BuyerRef names a buyer of an event.
type BuyerRef struct{ Event, Buyer string }

// Known reports of each whether Redis knows the buyer in that event: it holds seats there, has a pending booking, or had one of them.
// One pipeline of plain commands, for who would otherwise run a script on every event. Codes: unavailable.
func (l *Live) Known(ctx context.Context, refs []BuyerRef) ([]bool, error) {
	known := make([]bool, len(refs))
	if len(refs) == 0 {
		return known, nil
	}
	got := make([]*redis.IntCmd, len(refs))
	_, err := l.cfg.Client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for n, r := range refs {
			got[n] = p.Exists(ctx, "buyer:{e"+r.Event+"}:"+r.Buyer)
		}
		return nil
	})
	if err != nil {
		return nil, away(err)
	}
	for n, cmd := range got {
		known[n] = cmd.Val() > 0
	}
	return known, nil
}
