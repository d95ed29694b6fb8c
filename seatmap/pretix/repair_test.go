package pretix

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// small is a plan of one zone with the rows given as JSON.
func small(rows string) string {
	return `{"name":"S","size":{"width":100,"height":100},"categories":[{"name":"A","color":"#ff0000"}],` +
		`"zones":[{"name":"Hall","zone_id":"hall","position":{"x":5,"y":7},"rows":[` + rows + `]}]}`
}

func seatJSON(guid, number string, x int) string {
	return fmt.Sprintf(`{"seat_guid":%q,"seat_number":%q,"position":{"x":%d,"y":0},"category":"A"}`, guid, number, x)
}

func rowJSON(number string, seats ...string) string {
	return fmt.Sprintf(`{"row_number":%q,"position":{"x":1,"y":2},"seats":[%s]}`, number, strings.Join(seats, ","))
}

var repairs = []struct {
	name, file string
	seats      string   // id row number category, of each
	repaired   []string // paths
	refused    []string
}{
	{"nothing to do", small(rowJSON("A", seatJSON("a", "1", 0), seatJSON("b", "2", 10))), "a A 1 a, b A 2 a", nil, nil},
	{
		"a guid twice, its suffix given already", small(rowJSON("A", seatJSON("a", "1", 0), seatJSON("a", "2", 10), seatJSON("a~2", "3", 20))),
		"a A 1 a, a~3 A 2 a, a~2 A 3 a", []string{"zones[0].rows[0].seats[1].seat_guid"}, nil,
	},
	{
		"a guid empty, too long, with control characters",
		small(rowJSON("A", seatJSON("", "1", 0), seatJSON(strings.Repeat("x", 70), "2", 10), seatJSON("a\tb", "3", 20))),
		"hall-A-1 A 1 a, " + strings.Repeat("x", 55) + "~c71bd109 A 2 a, ab A 3 a",
		[]string{"zones[0].rows[0].seats[0].seat_guid", "zones[0].rows[0].seats[1].seat_guid", "zones[0].rows[0].seats[2].seat_guid"}, nil,
	},
	{
		"a row again", small(rowJSON("A", seatJSON("a", "1", 0)) + "," + rowJSON("A", seatJSON("b", "1", 10)) + "," + rowJSON("A", seatJSON("c", "2", 20))),
		"a A 1 a, b A/2 1 a, c A 2 a", []string{"zones[0].rows[1].row_number"}, nil,
	},
	{
		"a number again", small(rowJSON("A", seatJSON("a", "1", 0), seatJSON("b", "1", 10))),
		"a A 1 a, b A 1/2 a", []string{"zones[0].rows[0].seats[1].seat_number"}, nil,
	},
	{
		"no labels", small(rowJSON("", seatJSON("a", "", 0), seatJSON("b", "", 10))), "a 1 1 a, b 1 2 a",
		[]string{"zones[0].rows[0].seats[0].seat_number", "zones[0].rows[0].seats[1].seat_number", "zones[0].rows[0].row_number"}, nil,
	},
	{
		"a category that is not declared", small(strings.ReplaceAll(rowJSON("A", seatJSON("a", "1", 0)), `:"A"}`, `:"Loge ♿"}`)),
		"a A 1 loge", []string{"zones[0].rows[0].seats[0].category"}, nil,
	},
	{
		"numbers where texts belong", small(`{"row_number":3,"seats":[{"seat_guid":7,"seat_number":1,"position":["1",2],"category":"A"}]}`),
		"7 3 1 a", nil, nil,
	},
	{
		"positions that are none",
		small(`{"row_number":"A","position":"there","seats":[{"seat_guid":"a","seat_number":"1","position":{"x":1e999,"y":0},"category":"A"},` +
			`{"seat_guid":"b","seat_number":"2","category":"A"}]}`),
		"a A 1 a, b A 2 a", []string{
			"zones[0].rows[0].position", "zones[0].rows[0].seats[0].position", "zones[0].rows[0].seats[1].position",
			"zones[0].rows[0].seats[1].position",
		}, nil,
	},
	{
		"what is no seat", small(`{"row_number":"A","seats":[null,7,` + seatJSON("a", "1", 0) + `,"x",[]]},null,[[1]],{"row_number":"B"}`),
		"a A 1 a", nil, []string{
			"zones[0].rows[0].seats[0]", "zones[0].rows[0].seats[1]", "zones[0].rows[0].seats[3]", "zones[0].rows[0].seats[4]",
			"zones[0].rows[1]", "zones[0].rows[2]", "zones[0].rows[3]",
		},
	},
	{
		"an empty zone beside", strings.Replace(small(rowJSON("A", seatJSON("a", "1", 0))), `"zones":[`, `"zones":[{"name":"none","position":{"x":0,"y":0},"rows":[]},`, 1),
		"a A 1 a", nil, []string{"zones[0]"},
	},
	{
		"bytes that are not UTF-8", strings.ReplaceAll(small(rowJSON("B?hne", seatJSON("?", "1?", 0), seatJSON("�", "2�", 10))), "?", "\xfc"),
		"�~2 B�hne 1� a, � B�hne 2� a",
		[]string{"zones[0].rows[0].seats[0].seat_number", "zones[0].rows[0].row_number", "zones[0].rows[0].seats[0].seat_guid"}, nil,
	},
	{
		"names with control characters and none", `{"name":"\u0000","size":[],"categories":[],"zones":[{"name":"\u202e","rows":[` +
			rowJSON("A", `{"seat_guid":"a","seat_number":"1"}`) + `]}]}`,
		"a A 1 category-1", []string{
			"name", "name", "zones[0].name", "zones[0].rows[0].seats[0].position", "zones[0].rows[0].seats[0].category", "zones[0].name",
		}, []string{"size"},
	},
}

func TestReadRepairs(t *testing.T) {
	for _, tc := range repairs {
		t.Run(tc.name, func(t *testing.T) {
			p, report, err := Read([]byte(tc.file))
			if err != nil {
				t.Fatal(err)
			}
			var seats []string
			for _, s := range p.Zones[0].Seats {
				seats = append(seats, strings.Join([]string{s.ID, s.Row, s.Number, s.Category}, " "))
			}
			if got := strings.Join(seats, ", "); got != tc.seats {
				t.Errorf("seats %s, want %s", got, tc.seats)
			}
			for what, pair := range map[string][2][]string{
				"repaired": {paths(report.Repaired), tc.repaired}, "refused": {paths(report.Refused), tc.refused},
			} {
				if !slices.Equal(pair[0], pair[1]) {
					t.Errorf("%s %v, want %v", what, pair[0], pair[1])
				}
			}
		})
	}
}

func paths(findings []Finding) (list []string) {
	for _, f := range findings {
		list = append(list, f.Path)
	}
	return list
}
