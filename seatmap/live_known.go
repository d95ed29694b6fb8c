package seatmap

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// BuyerRef names a buyer of an event.
type BuyerRef struct{ Event, Buyer string }

// Known reports of each whether Redis may know the buyer in that event: it holds seats there, has a pending booking, or had one of them;
// or the event's master does not answer, while others do. One pipeline of plain commands (on a cluster one for each master), for who
// would otherwise run a script on every event. Codes: unavailable, when nobody answers.
func (l *Live) Known(ctx context.Context, refs []BuyerRef) ([]bool, error) {
	known := make([]bool, len(refs))
	if len(refs) == 0 {
		return known, nil
	}
	of := map[string][]int{} // indexes of refs by event
	var events []string
	for n, r := range refs {
		if of[r.Event] == nil {
			events = append(events, r.Event)
		}
		of[r.Event] = append(of[r.Event], n)
	}
	got := make([]*redis.IntCmd, len(refs))
	err := l.byServer(ctx, events, func(at server, events []string) error {
		_, err := at.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, event := range events {
				for _, n := range of[event] {
					got[n] = p.Exists(ctx, "buyer:{e"+event+"}:"+refs[n].Buyer)
				}
			}
			return nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	for n, cmd := range got {
		known[n] = cmd == nil || cmd.Err() != nil || cmd.Val() > 0
	}
	return known, nil
}
