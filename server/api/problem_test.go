package api

import (
	"fmt"
	"net/http"
	"testing"

	"jari/seatmap"
	"jari/server/store"
)

// TestADatabaseThatIsAwayIsNotOurMistake: it is told as such, with when to come again, and not logged for each request.
func TestADatabaseThatIsAwayIsNotOurMistake(t *testing.T) {
	t.Parallel()
	r, known := answerable(fmt.Errorf("list events: %w", store.ErrUnavailable))
	if r.Code != seatmap.CodeUnavailable || kindOf(r.Code).status != http.StatusServiceUnavailable || !known {
		t.Errorf("answered %+v, known %t", r, known)
	}
}
