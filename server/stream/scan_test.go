package stream

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func scanAll(t *testing.T, cfg Config, topic string) (values []string) {
	t.Helper()
	logs, err := Logs(t.Context(), cfg, topic)
	if err != nil {
		t.Fatal(err)
	}
	for _, log := range logs {
		at := log.Low
		err := Scan(t.Context(), cfg, log, func(records []Record) error {
			for _, r := range records {
				if r.Topic != topic || r.Partition != log.Partition || r.Offset != at || r.Time.IsZero() {
					t.Errorf("record %+v of %+v, want offset %d", r, log, at)
				}
				at++
				values = append(values, r.Key+" "+string(r.Value))
			}
			return nil
		})
		if err != nil || at != log.High {
			t.Errorf("scan of %+v ends at %d, %v", log, at, err)
		}
	}
	slices.Sort(values)
	return values
}

func TestScan(t *testing.T) {
	onBothBrokers(t, func(t *testing.T, cfg Config) {
		ensure(t, cfg, 3, "bookings")
		if got := scanAll(t, cfg, "bookings"); len(got) != 0 {
			t.Errorf("empty logs have %q", got)
		}
		p := producer(t, cfg)
		var want []string
		for n := range 20 {
			key := fmt.Sprintf("event-%02d", n)
			produce(t, p, "bookings", key, numbers(0, 100)...)
			for _, value := range numbers(0, 100) {
				want = append(want, key+" "+value)
			}
		}
		slices.Sort(want)
		for range 2 { // a scan leaves nothing behind
			if got := scanAll(t, cfg, "bookings"); !slices.Equal(got, want) {
				t.Errorf("read %d records, want %d", len(got), len(want))
			}
		}
		logs, err := Logs(t.Context(), cfg, "bookings")
		if err != nil {
			t.Fatal(err)
		}
		enough := errors.New("enough")
		part := logs[slices.IndexFunc(logs, func(l Log) bool { return l.High > 1 })]
		if err := Scan(t.Context(), cfg, part, func([]Record) error { return enough }); !errors.Is(err, enough) {
			t.Errorf("error is %v", err)
		}
		part.Low, part.High = 1, 2
		var one []Record
		if err := Scan(t.Context(), cfg, part, func(r []Record) error { one = append(one, r...); return nil }); err != nil || len(one) != 1 || one[0].Offset != 1 {
			t.Errorf("from 1 to 2 are %v, %v", one, err)
		}
		if _, err := Logs(t.Context(), cfg, "nothing"); err == nil || !strings.Contains(err.Error(), cfg.TopicPrefix+"nothing") {
			t.Errorf("a missing topic: %v", err)
		}
	})
}

// A scan whose records do not come says why as far as it knows.
func TestSilentScan(t *testing.T) {
	s := &scan{log: Log{Partition: 2}, wire: "bookings", next: 7}
	if err := s.silent(); err.Error() != "read bookings[2] at 7: no record within 30s" {
		t.Errorf("without a reason: %v", err)
	}
	s.last = errReplaced
	if err := s.silent(); !errors.Is(err, errReplaced) {
		t.Errorf("with a reason: %v", err)
	}
}
