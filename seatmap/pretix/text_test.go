package pretix

import (
	"encoding/json"
	"os"
	"testing"
)

// TestTablesAreThoseOfThePage: the page's rows.test.ts reads the same file, so neither side takes a row for a table alone.
func TestTablesAreThoseOfThePage(t *testing.T) {
	file, err := os.ReadFile("../testdata/tables.json")
	if err != nil {
		t.Fatal(err)
	}
	var labels struct {
		Tables map[string]string `json:"tables"`
		Rows   []string          `json:"rows"`
	}
	if err := json.Unmarshal(file, &labels); err != nil {
		t.Fatal(err)
	}
	if len(labels.Tables) == 0 || len(labels.Rows) == 0 {
		t.Fatal("no tables or no rows")
	}
	for label := range labels.Tables {
		if !tableWords.MatchString(label) {
			t.Errorf("%q is no table", label)
		}
	}
	for _, label := range labels.Rows {
		if tableWords.MatchString(label) {
			t.Errorf("%q is a table", label)
		}
	}
}
