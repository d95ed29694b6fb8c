package embedded

import (
	"crypto/rand"
	"encoding/hex"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// agePeriod is how often keys age, and so the most that a key can end before or after its time to live.
const agePeriod = 100 * time.Millisecond

func (s *Servers) startRedis() error {
	m := miniredis.NewMiniRedis()
	if err := m.StartAddr("127.0.0.1:0"); err != nil {
		return err
	}
	s.closers = append(s.closers, m.Close, age(m))
	s.RedisAddr = m.Addr()
	id := make([]byte, 20)
	rand.Read(id) // never fails
	s.RedisRunID = hex.EncodeToString(id)
	return nil
}

// age lets times to live pass. miniredis can do so itself (ClockTTL), but then walks over all keys, sorted, at every command:
// with 5,000 keys a script of 10 calls takes 7.9 ms instead of 0.19 ms. See docs/decisions/0005-embedded-redis-time.md.
func age(m *miniredis.Miniredis) (stop func()) {
	tick := time.NewTicker(agePeriod)
	ended := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		defer tick.Stop()
		last := time.Now()
		for {
			select {
			case <-tick.C:
				now := time.Now()
				m.FastForward(now.Sub(last))
				last = now
			case <-ended:
				return
			}
		}
	})
	return func() {
		close(ended)
		running.Wait()
	}
}
