package seatmap

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"jari/server/redistest"
)

func benchOnBothServers(b *testing.B, bench func(b *testing.B, client *redis.Client)) {
	b.Run("miniredis", func(b *testing.B) {
		m := miniredis.RunT(b) // without ClockTTL, which walks over all keys at every command
		bench(b, dial(b, m.Addr()))
	})
	b.Run("redis", func(b *testing.B) { bench(b, dial(b, redistest.Start(b).Addr)) })
}

// bigEvent is a hall of 20 zones of 1,000 seats, half of them sold to 5,000 buyers.
func bigEvent(event string, epoch int64) EventLoad {
	e := EventLoad{Event: event, Epoch: epoch, Revision: epoch, Policy: testPolicy(), Confirmed: map[string]int{}}
	for z := range 20 {
		e.Zones = append(e.Zones, ZoneLoad{fmt.Sprint("Z", z), []byte(strings.Repeat("02", 500))})
	}
	for n := range 5000 {
		e.Confirmed[fmt.Sprintf("buyer-%d", n)] = 2
	}
	return e
}

// BenchmarkHold is one seat held and released by many connections at once: two scripts an iteration.
func BenchmarkHold(b *testing.B) {
	benchOnBothServers(b, func(b *testing.B, client *redis.Client) {
		r := newRigOf(b, client, LiveConfig{}, testPolicy(), ZoneLoad{"A", free(20_000)})
		var number atomic.Int64
		b.SetParallelism(25)
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			n := int(number.Add(1))
			buyer := fmt.Sprint("buyer-", n)
			for pb.Next() {
				_, err := r.live.Hold(context.Background(), HoldRequest{Event: r.event, Buyer: buyer, Seats: picks("A", n)})
				if err == nil {
					_, err = r.live.Release(context.Background(), r.event, buyer, nil)
				}
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}

// BenchmarkHoldGroups asks for the last of 32 groups of four.
func BenchmarkHoldGroups(b *testing.B) {
	benchOnBothServers(b, func(b *testing.B, client *redis.Client) {
		states := free(1000)
		var groups [][]Pick
		for g := range 32 {
			groups = append(groups, picks("A", g*4, g*4+1, g*4+2, g*4+3))
			if g < 31 {
				states[g*4+3] = byte(Booked)
			}
		}
		r := newRigOf(b, client, LiveConfig{}, testPolicy(), ZoneLoad{"A", states})
		for b.Loop() {
			v, err := r.live.Hold(context.Background(), HoldRequest{Event: r.event, Buyer: "ann", Groups: groups})
			if err != nil || v.Group != 31 {
				b.Fatal(v.Group, err)
			}
			if _, err := r.live.Release(context.Background(), r.event, "ann", nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkLoad opens an event of 20,000 seats, 5,000 buyers, 1,000 live holds and 500 pending bookings again and again.
func BenchmarkLoad(b *testing.B) {
	benchOnBothServers(b, func(b *testing.B, client *redis.Client) {
		r := newRigOf(b, client, LiveConfig{}, testPolicy(), bigEvent("", 1).Zones...)
		for n := range 1500 {
			buyer := fmt.Sprintf("buyer-%d", n)
			r.mustHold(buyer, pick(fmt.Sprint("Z", n%20), n/20*2))
			if n%3 == 0 {
				r.mustBook(buyer, fmt.Sprint("b", n))
			}
		}
		epoch := r.epoch
		for b.Loop() {
			epoch++
			if loaded, err := r.live.Load(context.Background(), bigEvent(r.event, epoch)); err != nil || !loaded {
				b.Fatal(loaded, err)
			}
		}
	})
}

// BenchmarkExpire frees 100 holds of two seats that are due together.
func BenchmarkExpire(b *testing.B) {
	benchOnBothServers(b, func(b *testing.B, client *redis.Client) {
		r := newRigOf(b, client, LiveConfig{}, testPolicy(), ZoneLoad{"A", free(20_000)})
		for b.Loop() {
			b.StopTimer()
			due := make([]redis.Z, 100)
			for n := range due {
				buyer := fmt.Sprint("buyer-", n)
				r.mustHold(buyer, picks("A", n*2, n*2+1)...)
				due[n] = redis.Z{Score: 1, Member: buyer}
			}
			if err := client.ZAdd(context.Background(), "exp:{e"+r.event+"}", due...).Err(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			if e, err := r.live.Expire(context.Background(), r.event, 100); err != nil || e.Freed != 100 {
				b.Fatal(e.Freed, err)
			}
		}
	})
}
