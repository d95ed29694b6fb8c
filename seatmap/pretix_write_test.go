package seatmap

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// venueFiles are the plans of the collection.
func venueFiles(t *testing.T) []string {
	t.Helper()
	venueFile(t, "README.md") // skips without the collection
	files, err := filepath.Glob(filepath.Join("..", "..", "shared", "venues", "*.json"))
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

var ownPlans = map[string]func() *Plan{
	"demo": DemoPlan, "bowl": BowlPlan, "odd": OddPlan, "standing only": standingPlan,
}

func standingPlan() *Plan {
	p := DemoPlan()
	p.Zones = p.Zones[:1]
	return p
}

// readsBack tells that a plan that is written and read is the same plan, with nothing to report.
func readsBack(t *testing.T, p *Plan) {
	t.Helper()
	b, err := WritePretix(p)
	if err != nil {
		t.Fatal(err)
	}
	back, report, err := ReadPretix(b)
	if err != nil {
		t.Fatalf("%v in %.2000s", err, b)
	}
	if len(report.Repaired) > 0 || len(report.Refused) > 0 || report.Lost() != 0 {
		t.Errorf("repaired %.500q, refused %.500q, %d lost", report.Repaired, report.Refused, report.Lost())
	}
	if back.Hash() != p.Hash() {
		was, _ := json.Marshal(p.canonical())
		is, _ := json.Marshal(back.canonical())
		n := 0
		for n < min(len(was), len(is)) && was[n] == is[n] {
			n++
		}
		t.Fatalf("another plan: ...%.300s\nis ...%.300s", was[max(0, n-60):], is[max(0, n-60):])
	}
}

func TestWritePretixIsReadAsTheSamePlan(t *testing.T) {
	for name, plan := range ownPlans {
		t.Run(name, func(t *testing.T) { readsBack(t, plan()) })
	}
	for _, name := range venueFiles(t) {
		t.Run(name, func(t *testing.T) {
			p, _, err := ReadPretix(venueFile(t, name))
			if err != nil {
				t.Fatal(err)
			}
			readsBack(t, p)
		})
	}
}

func TestWritePretixRefusesWhatIsNotSound(t *testing.T) {
	for _, write := range []func(*Plan) ([]byte, error){WritePretix, WritePlainPretix} {
		if _, err := write(&Plan{}); err == nil {
			t.Error("a plan that is not sound was written")
		}
	}
}

// oddText and oddNumber are drawn from what goes wrong.
func oddText(r *rand.Rand, limit int) string {
	group := oddNames[r.IntN(len(oddNames))]
	s := cut(group.names[r.IntN(len(group.names))]+strings.Repeat(group.row, r.IntN(3)), limit)
	if r.IntN(20) == 0 {
		s = cut(strings.Repeat(s+"x", limit), limit)
	}
	return s
}

func oddName(r *rand.Rand) string {
	s := oddText(r, MaxLabel)
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

func oddPoint(r *rand.Rand) Point { return Point{oddNumber(r), oddNumber(r)} }

func oddPoints(r *rand.Rand) (points []Point) {
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

func oddArea(r *rand.Rand) Area {
	a := Area{Rotation: oddNumber(r), TextSize: math.Abs(oddNumber(r)), Fill: oddColor(r)}
	at, radius := oddPoint(r), oddPoint(r)
	a.Center, a.Radius = &at, &Point{math.Abs(radius.X), math.Abs(radius.Y)}
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
func randomPlan(r *rand.Rand) *Plan {
	p := &Plan{
		Name: oddName(r), Width: math.Abs(oddNumber(r)) + 1e-3, Height: 7.5, Currency: []string{"KRW", "EUR"}[r.IntN(2)],
		TimeZone: []string{"Asia/Seoul", "Europe/Berlin", "UTC"}[r.IntN(3)], Focus: oddPoint(r),
	}
	p.Width = min(p.Width, MaxCoordinate)
	slugs, zones, ids := map[string]bool{}, map[string]bool{}, map[string]bool{}
	categories := 1 + r.IntN(4)
	if r.IntN(20) == 0 {
		categories = MaxCategories
	}
	for range categories {
		p.Categories = append(p.Categories, Category{ID: oddSlug(r, slugs), Name: oddName(r), Color: oddColor(r), Price: r.Int64N(MaxPrice + 1)})
	}
	for range r.IntN(4) {
		p.Areas = append(p.Areas, oddArea(r))
	}
	category := func() string { return p.Categories[r.IntN(len(p.Categories))].ID }
	for range 1 + r.IntN(4) {
		z := Zone{ID: oddSlug(r, zones), Label: oddName(r), Outline: oddPoints(r), Kind: KindGeneral}
		if r.IntN(3) == 0 {
			z.Category, z.Places = category(), 1+r.IntN(500)
			p.Zones = append(p.Zones, z)
			continue
		}
		z.Kind = KindSeats
		labels := map[[2]string]bool{}
		row, at := "", oddPoint(r)
		for range 1 + r.IntN(30) {
			if r.IntN(4) == 0 {
				row, at = oddText(r, MaxLabel), oddPoint(r)
			}
			s := Seat{ID: oddText(r, MaxSeatID), Row: row, Number: oddText(r, MaxLabel), X: at.X, Y: at.Y, Category: category()}
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
