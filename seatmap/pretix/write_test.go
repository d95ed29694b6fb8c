package pretix

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"jari/seatmap"
	"jari/seatmap/demo"
)

// venueFiles are the plans of the collection.
func venueFiles(t *testing.T) []string {
	t.Helper()
	venueFile(t, "README.md") // skips without the collection
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "venues", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(file string) bool { return strings.HasSuffix(file, ".schema.json") })
	if len(files) < 8 {
		t.Fatalf("only %v", files)
	}
	for i := range files {
		files[i] = filepath.Base(files[i])
	}
	return files
}

var ownPlans = map[string]func() *seatmap.Plan{
	"demo": demo.Hall, "bowl": demo.Bowl, "odd": demo.Odd, "standing only": standingPlan,
}

func standingPlan() *seatmap.Plan {
	p := demo.Hall()
	p.Zones = p.Zones[:1]
	return p
}

// readsBack tells that a plan that is written and read is the same plan, with nothing to report.
func readsBack(t *testing.T, p *seatmap.Plan) {
	t.Helper()
	b, err := Write(p)
	if err != nil {
		t.Fatal(err)
	}
	back, report, err := Read(b)
	if err != nil {
		t.Fatalf("%v in %.2000s", err, b)
	}
	if len(report.Repaired) > 0 || len(report.Refused) > 0 || report.Lost() != 0 {
		t.Errorf("repaired %.500q, refused %.500q, %d lost", report.Repaired, report.Refused, report.Lost())
	}
	if back.Hash() != p.Hash() {
		was, is := canonical(p), canonical(back)
		n := 0
		for n < min(len(was), len(is)) && was[n] == is[n] {
			n++
		}
		t.Fatalf("another plan: ...%.300s\nis ...%.300s", was[max(0, n-60):], is[max(0, n-60):])
	}
}

// canonical is the plan in JSON with no list for an empty one: the two have one name.
func canonical(p *seatmap.Plan) []byte {
	b, _ := json.Marshal(p)
	return bytes.ReplaceAll(b, []byte(":null"), []byte(":[]"))
}

func TestWriteIsReadAsTheSamePlan(t *testing.T) {
	for name, plan := range ownPlans {
		t.Run(name, func(t *testing.T) { readsBack(t, plan()) })
	}
	for _, name := range venueFiles(t) {
		t.Run(name, func(t *testing.T) {
			p, _, err := Read(venueFile(t, name))
			if err != nil {
				t.Fatal(err)
			}
			readsBack(t, p)
		})
	}
}

func TestWriteRefusesWhatIsNotSound(t *testing.T) {
	for _, write := range []func(*seatmap.Plan) ([]byte, error){Write, WritePlain} {
		if _, err := write(&seatmap.Plan{}); err == nil {
			t.Error("a plan that is not sound was written")
		}
	}
}

// oddNames are zones of seats whose numbers and rows have odd names.
var oddNames = slices.DeleteFunc(demo.Odd().Zones, func(z seatmap.Zone) bool { return z.Kind != seatmap.KindSeats })

// oddText and oddNumber are drawn from what goes wrong.
func oddText(r *rand.Rand, limit int) string {
	group := oddNames[r.IntN(len(oddNames))].Seats
	s := cut(group[r.IntN(len(group))].Number+strings.Repeat(group[0].Row, r.IntN(3)), limit)
	if r.IntN(20) == 0 {
		s = cut(strings.Repeat(s+"x", limit), limit)
	}
	return s
}

func oddName(r *rand.Rand) string {
	s := oddText(r, seatmap.MaxLabel)
	if strings.TrimSpace(s) == "" {
		return " . "
	}
	return s
}

func oddNumber(r *rand.Rand) float64 {
	odd := []float64{0, math.Copysign(0, -1), 0.1 + 0.2, -1e7, 1e7, 5e-324, -1e-9, 1.0 / 3, 99.995, 1e6 + 0.01, -123.45}
	if r.IntN(2) == 0 {
		return odd[r.IntN(len(odd))]
	}
	return (r.Float64() - 0.5) * math.Pow(10, float64(r.IntN(8)))
}

func oddPoint(r *rand.Rand) seatmap.Point { return seatmap.Point{X: oddNumber(r), Y: oddNumber(r)} }

func oddPoints(r *rand.Rand) (points []seatmap.Point) {
	for range 3 + r.IntN(5) {
		points = append(points, oddPoint(r))
	}
	return points
}

func oddColor(r *rand.Rand) string {
	return []string{"#ABCDEF", "#abcdef", "#000000", "#FfFfFf"}[r.IntN(4)]
}

func oddSlug(r *rand.Rand, taken map[string]bool) string {
	for {
		s := []string{"a", "A", "-", "--", "a--b", "_", "0", "-a-", "zone-1", "category-1", "other", "jari", strings.Repeat("x", 32)}[r.IntN(13)]
		if r.IntN(2) == 0 {
			s = cut(strconv.Itoa(r.IntN(1e9))+s, 32)
		}
		if !taken[s] {
			taken[s] = true
			return s
		}
	}
}

func oddArea(r *rand.Rand) seatmap.Area {
	a := seatmap.Area{Rotation: oddNumber(r), TextSize: math.Abs(oddNumber(r)), Fill: oddColor(r)}
	at, radius := oddPoint(r), oddPoint(r)
	a.Center, a.Radius = &at, &seatmap.Point{X: math.Abs(radius.X), Y: math.Abs(radius.Y)}
	switch r.IntN(3) {
	case 0:
		a.Shape, a.Points, a.Role = "polygon", oddPoints(r), "stage"
	case 1:
		a.Shape, a.Stroke = "ellipse", oddColor(r)
	default:
		a.Shape, a.Text, a.Radius = "text", oddName(r), nil
	}
	return a
}

// randomPlan is any plan that is sound.
func randomPlan(r *rand.Rand) *seatmap.Plan {
	p := &seatmap.Plan{
		Name: oddName(r), Width: math.Abs(oddNumber(r)) + 1e-3, Height: 7.5, Currency: []string{"KRW", "EUR"}[r.IntN(2)],
		TimeZone: []string{"Asia/Seoul", "Europe/Berlin", "UTC"}[r.IntN(3)], Focus: oddPoint(r),
	}
	p.Width = min(p.Width, seatmap.MaxCoordinate)
	slugs, zones, ids := map[string]bool{}, map[string]bool{}, map[string]bool{}
	categories := 1 + r.IntN(4)
	if r.IntN(20) == 0 {
		categories = seatmap.MaxCategories
	}
	for range categories {
		p.Categories = append(p.Categories, seatmap.Category{ID: oddSlug(r, slugs), Name: oddName(r), Color: oddColor(r), Price: r.Int64N(seatmap.MaxPrice + 1)})
	}
	for range r.IntN(4) {
		p.Areas = append(p.Areas, oddArea(r))
	}
	category := func() string { return p.Categories[r.IntN(len(p.Categories))].ID }
	for range 1 + r.IntN(4) {
		z := seatmap.Zone{ID: oddSlug(r, zones), Label: oddName(r), Outline: oddPoints(r), Kind: seatmap.KindGeneral}
		if r.IntN(3) == 0 {
			z.Category, z.Places = category(), 1+r.IntN(500)
			p.Zones = append(p.Zones, z)
			continue
		}
		z.Kind = seatmap.KindSeats
		labels := map[[2]string]bool{}
		row, at := "", oddPoint(r)
		for range 1 + r.IntN(30) {
			if r.IntN(4) == 0 {
				row, at = oddText(r, seatmap.MaxLabel), oddPoint(r)
			}
			s := seatmap.Seat{ID: oddText(r, seatmap.MaxSeatID), Row: row, Number: oddText(r, seatmap.MaxLabel), X: at.X, Y: at.Y, Category: category()}
			s.Accessible, s.Companion = r.IntN(4) == 0, r.IntN(4) == 0
			if r.IntN(2) == 0 {
				s.X = oddNumber(r)
			}
			if label := [2]string{s.Row, s.Number}; !ids[s.ID] && !labels[label] {
				ids[s.ID], labels[label] = true, true
				z.Seats = append(z.Seats, s)
			}
		}
		if len(z.Seats) > 0 {
			p.Zones = append(p.Zones, z)
		}
	}
	return p
}

func TestAnySoundPlanIsReadAsTheSame(t *testing.T) {
	sound := 0
	for seed := range uint64(300) {
		p := randomPlan(rand.New(rand.NewPCG(seed, 1)))
		if err := p.Check(); err != nil {
			continue // ids that meet, or no zone at all
		}
		sound++
		readsBack(t, p)
		if t.Failed() {
			t.Fatalf("the plan of seed %d", seed)
		}
	}
	if sound < 100 {
		t.Errorf("only %d plans were sound", sound)
	}
}
