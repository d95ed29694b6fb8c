package booking

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"jari/server/protocol"
)

// TestExamplesAreAsRealOnes: who writes a client takes the width of a field from an example.
func TestExamplesAreAsRealOnes(t *testing.T) {
	files, err := filepath.Glob("../../seatmap/testdata/messages/booking*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("examples %v, %v", files, err)
	}
	real := uuid.MustParse(ID("buyer", "event", "key"))
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var push protocol.BookingPush
		if err := json.Unmarshal(b, &push); err != nil {
			t.Fatal(err)
		}
		id, err := uuid.Parse(push.Booking.ID)
		if err != nil || id.Version() != real.Version() || id.Variant() != real.Variant() {
			t.Errorf("%s: id %s, a real one is %s", file, push.Booking.ID, real)
		}
		short := push.Booking.Reference
		if len(short) != len(reference(real.String(), 0)) || strings.Trim(short, letters) != "" {
			t.Errorf("%s: reference %s, a real one is %s", file, short, reference(real.String(), 0))
		}
	}
}
