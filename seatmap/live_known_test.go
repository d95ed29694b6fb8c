package seatmap

import (
	"slices"
	"testing"

	"github.com/redis/go-redis/v9"
)

func TestKnown(t *testing.T) {
	onEveryServer(t, func(t *testing.T, client redis.UniversalClient) {
		r := newRig(t, client, testPolicy())
		r.mustHold("holds", pick("A", 0))
		r.mustHold("books", pick("A", 1))
		r.mustBook("books", "b1")
		r.mustHold("left", pick("A", 2))
		if _, err := r.live.Release(t.Context(), r.event, "left", nil); err != nil {
			t.Fatal(err)
		}
		known, err := r.live.Known(t.Context(), []BuyerRef{
			{r.event, "holds"}, {r.event, "stranger"}, {r.event, "books"}, {r.event, "left"}, {"another", "holds"},
		})
		if want := []bool{true, false, true, false, false}; err != nil || !slices.Equal(known, want) {
			t.Errorf("known %v, %v; want %v", known, err, want)
		}
		_ = client.Close()
		_, err = r.live.Known(t.Context(), []BuyerRef{{r.event, "holds"}})
		wantCode(t, err, CodeUnavailable)
	})
}
