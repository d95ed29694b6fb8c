package stream

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func numbers(from, to int) []string {
	var vs []string
	for i := from; i < to; i++ {
		vs = append(vs, fmt.Sprint(i))
	}
	return vs
}

func TestRecordsOfAKeyAreReadInOrder(t *testing.T) {
	_, cfg := cluster(t)
	ensure(t, cfg, 4, "bookings")
	p := producer(t, cfg)
	want := numbers(0, 3000)
	produce(t, p, "bookings", "demo", want...)

	r := newRecorder()
	began := time.Now()
	consume(t, cfg, "bookings", r)
	eventually(t, "all partitions assigned", func() bool { return len(r.owned()) == 4 })
	t.Logf("assigned after %v", time.Since(began))
	eventually(t, "all records read", func() bool { return r.count() >= len(want) })
	t.Logf("read after %v", time.Since(began))
	if got := r.values(); !slices.Equal(got, want) {
		t.Errorf("read %d records, not the %d in their order", len(got), len(want))
	}
}
