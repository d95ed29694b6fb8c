package page

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jari/seatmap"
	"jari/seatmap/demo"
	"jari/server/protocol"
)

func TestRead(t *testing.T) {
	index := `<html lang="ko"><!--head-->x<!--/head--></head><!--still--><!--data-->`
	for name, c := range map[string]struct {
		files fstest.MapFS
		wrong string
	}{
		"all there":              {fstest.MapFS{"index.html": {Data: []byte(index)}, "a.js": {}}, ""},
		"nothing":                {fstest.MapFS{".keep": {}}, ""},
		"a mark is missing":      {fstest.MapFS{"index.html": {Data: []byte(strings.Replace(index, "<!--still-->", "", 1))}}, "<!--still-->"},
		"marks in another order": {fstest.MapFS{"index.html": {Data: []byte(`<html lang="ko"><!--data--><!--head-->x<!--/head--></head><!--still-->`)}}, "<!--data-->"},
		"a broken manifest":      {fstest.MapFS{"index.html": {Data: []byte(index)}, "manifest.json": {Data: []byte("{")}}, "manifest.json"},
	} {
		b, err := Read(c.files)
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%s: error %v, want one of %s", name, err, c.wrong)
			}
			continue
		}
		if err != nil || b.Built() != (c.files["index.html"] != nil) || b.Files["index.html"] != nil || b.Files[".keep"] != nil {
			t.Errorf("%s: %+v, %v", name, b, err)
		}
	}
}

// TestRoutes are those of the page itself, and the views are files that it is made of.
func TestRoutes(t *testing.T) {
	router, err := os.ReadFile("../../frontend/src/router.ts")
	if err != nil {
		t.Fatal(err)
	}
	of := regexp.MustCompile(`path: '([^']+)'.*import\('\./([^']+)'\)`).FindAllStringSubmatch(string(router), -1)
	if len(of) < len(routes) {
		t.Fatalf("the router has %v", of)
	}
	for _, r := range of {
		path := regexp.MustCompile(`:\w+`).ReplaceAllString(r[1], "a-1")
		want := View("src/" + r[2])
		if strings.Contains(path, "(") {
			path = "/no/such/address"
		}
		if got := RouteOf(path); got.View != want {
			t.Errorf("%s is %s to the page, %s to the server", r[1], want, got.View)
		}
	}
	for path, want := range map[string]Route{
		"/":              {ViewEvents, "/", ""},
		"/events/a":      {ViewEvent, "/events/a", "a"},
		"/events/a/":     {ViewEvent, "/events/a", "a"},
		"/events/":       {ViewMissing, "/events/", ""},
		"/events":        {ViewMissing, "/events", ""},
		"//events/a":     {ViewMissing, "//events/a", ""},
		"/events/a/b":    {ViewMissing, "/events/a/b", ""},
		"/bookings/":     {ViewBookings, "/bookings", ""},
		"/Bookings":      {ViewMissing, "/Bookings", ""},
		"":               {ViewEvents, "/", ""},
		"/bookings/x":    {ViewBooking, "/bookings/x", "x"},
		"/../bookings/x": {ViewMissing, "/../bookings/x", ""},
	} {
		if got := RouteOf(path); got != want {
			t.Errorf("%q is %+v, want %+v", path, got, want)
		}
	}
}

func TestLinks(t *testing.T) {
	b := Build{manifest: manifest{}}
	m, err := readManifest([]byte(`{
		"index.html": {"file": "assets/i.js", "imports": ["_shared.js"], "css": ["assets/i.css"], "dynamicImports": ["src/views/EventView.vue"]},
		"_shared.js": {"file": "assets/s.js", "css": ["assets/s.css"]},
		"_map.js": {"file": "assets/m.js", "imports": ["_shared.js", "src/views/EventView.vue"], "css": ["assets/m.css"]},
		"src/views/EventView.vue": {"file": "assets/e\".js", "imports": ["index.html", "_map.js", "_gone.js"], "css": ["assets/e.css"], "dynamicImports": ["late.ts"]},
		"src/locales/ko.ts": {"file": "assets/ko.js"},
		"late.ts": {"file": "assets/late.js"}}`))
	if err != nil {
		t.Fatal(err)
	}
	b.manifest = m
	want := `<link rel="preload" as="style" crossorigin fetchpriority="low" href="/assets/e.css">
<link rel="preload" as="style" crossorigin fetchpriority="low" href="/assets/m.css">
<link rel="modulepreload" crossorigin fetchpriority="low" href="/assets/e&#34;.js">
<link rel="modulepreload" crossorigin fetchpriority="low" href="/assets/m.js">
<link rel="modulepreload" crossorigin fetchpriority="low" href="/assets/ko.js">
`
	if got := b.Links(ViewEvent, Korean); got != want {
		t.Errorf("links\n%s\nwant\n%s", got, want)
	}
	if got := b.Links(ViewMissing, English); got != "" {
		t.Errorf("of what was not built: %s", got)
	}
}

func TestLanguageOf(t *testing.T) {
	for accept, want := range map[string]Language{
		"": English, "*": English, "ko": Korean, "ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7": Korean, "en,ko": English, "fr,de": English,
		"fr, ko;q=0.5": Korean, "en;q=0.5, ko;q=0.6": Korean, "KO-kr": Korean, "ko;q=0": English, "ko;q=0,en;q=0": English, "ko;q=x, en;q=0.1": English,
		"ko;q=NaN": English, "ko;q=2": English, "korean": English, ";;;,,,q=": English, strings.Repeat("fr,", 1000) + "ko": Korean,
	} {
		if got := LanguageOf(accept); got != want {
			t.Errorf("%.60q: %s, want %s", accept, got, want)
		}
	}
}

// TestWordsAreThePages: what the page says as soon as it runs is what stood there before.
func TestWordsAreThePages(t *testing.T) {
	for l, w := range spoken {
		locale, err := os.ReadFile("../../frontend/src/locales/" + string(l) + ".ts")
		if err != nil {
			t.Fatal(err)
		}
		said := append(slices.Collect(maps.Values(w.Phases)), w.Title, w.Lead, w.Empty, w.Missing, w.Bookings, w.Privacy, w.Prices, w.Back, strings.Replace(w.Doors, "%s", "{time}", 1))
		for _, said := range said {
			if !strings.Contains(string(locale), "'"+said+"'") {
				t.Errorf("%s.ts does not say %q", l, said)
			}
		}
	}
}

func TestDayAndTime(t *testing.T) {
	at := time.Date(2026, 12, 31, 15, 5, 0, 0, time.UTC)
	for _, c := range []struct {
		language   Language
		zone, want string
	}{
		{English, "Asia/Seoul", "Fri, January 1, 2027 at 12:05 AM"}, {Korean, "Asia/Seoul", "2027년 1월 1일 (금) 오전 12:05"},
		{English, "America/New_York", "Thu, December 31, 2026 at 10:05 AM"}, {Korean, "Europe/Berlin", "2026년 12월 31일 (목) 오후 4:05"},
		{English, "Nowhere/City", "Thu, December 31, 2026 at 3:05 PM UTC"}, {Korean, "", "2026년 12월 31일 (목) 오후 3:05 UTC"},
	} {
		if got := c.language.dayAndTime(at, c.zone); got != c.want {
			t.Errorf("%s in %q: %s, want %s", c.language, c.zone, got, c.want)
		}
	}
}

func TestMoney(t *testing.T) {
	for want, m := range map[string]protocol.Money{
		"₩180,000": {Amount: 180000, Currency: "KRW"}, "₩0": {Currency: "KRW"}, "₩999": {Amount: 999, Currency: "KRW"}, "€1,234.50": {Amount: 123450, Currency: "EUR"},
		"$0.05": {Amount: 5, Currency: "USD"}, "CHF\u00a012.00": {Amount: 1200, Currency: "CHF"}, "KWD\u00a01.234": {Amount: 1234, Currency: "KWD"},
		"¥1,000,000,000,000": {Amount: 1e12, Currency: "JPY"}, "XYZ\u00a01.00": {Amount: 100, Currency: "XYZ"},
	} {
		if got := money(m); got != want {
			t.Errorf("%+v: %s, want %s", m, got, want)
		}
	}
}

// eventOf is an event of a plan, as the API makes it.
func eventOf(p *seatmap.Plan) *protocol.Event {
	e := &protocol.Event{ID: "demo", Title: "A night", Venue: p.Name, TimeZone: p.TimeZone, Plan: protocol.Plan{Width: p.Width, Height: p.Height, Areas: p.Areas}}
	for _, c := range p.Categories {
		e.Categories = append(e.Categories, protocol.Category{ID: c.ID, Name: c.Name, Color: c.Color, Price: protocol.Money{Amount: c.Price, Currency: p.Currency}})
	}
	for i, facts := range p.Facts() {
		z := &p.Zones[i]
		e.Zones = append(e.Zones, protocol.Zone{ID: z.ID, Label: z.Label, Kind: z.Kind, Category: z.Category, Outline: z.Outline, Bounds: z.Bounds(), Categories: facts.Categories})
	}
	return e
}

// TestHouse: each zone is drawn in the colour of what most of its seats cost, and the names that are written lie within their zones.
func TestHouse(t *testing.T) {
	for name, p := range map[string]*seatmap.Plan{"hall": demo.Hall(), "bowl": demo.Bowl(), "stadium": demo.Stadium(), "odd": demo.Odd()} {
		e := eventOf(p)
		svg := House(e, "Seat map")
		for _, z := range e.Zones {
			color := ""
			for _, c := range e.Categories {
				if c.ID == categoryOf(&z) {
					color = c.Color
				}
			}
			if want := fmt.Sprintf(`<path color="%s" d="%s"/>`, color, shape(z.Outline)); !strings.Contains(svg, want) {
				t.Errorf("%s: zone %s is not drawn in %s", name, z.ID, color)
			}
		}
		wide, _, _ := strings.Cut(svg[strings.Index(svg, `names wide`):], "</g>")
		if n := strings.Count(wide, "<text"); n < len(e.Zones)/2 && name != "stadium" { // there the blocks are narrower than their names
			t.Errorf("%s: %d of %d zones have their names", name, n, len(e.Zones))
		}
		if len(svg) > 30_000 || strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") || strings.Contains(svg, "style") {
			t.Errorf("%s: %d bytes, %.300s", name, len(svg), svg)
		}
	}
}

func TestHouseOfAlmostNothing(t *testing.T) {
	for name, e := range map[string]*protocol.Event{
		"no zones": {Plan: protocol.Plan{Width: 10, Height: 5}},
		"no size":  {Zones: []protocol.Zone{{ID: "a", Label: "A", Outline: []seatmap.Point{{X: 1, Y: 1}, {X: 1, Y: 1}, {X: 1, Y: 1}}}}},
		"a category that is not known, a colour that is none": {Categories: []protocol.Category{{ID: "x", Color: `red" onload="`}},
			Zones: []protocol.Zone{{ID: "a", Label: "A", Category: "x", Outline: []seatmap.Point{{}, {X: 9}, {X: 9, Y: 9}}}, {ID: "b", Category: "y", Outline: []seatmap.Point{{}, {X: 9}, {X: 9, Y: 9}}}}},
		"areas without their parts": {Plan: protocol.Plan{Width: 1, Height: 1, Areas: []seatmap.Area{{Shape: "ellipse"}, {Shape: "text", Text: "x"}, {Shape: "polygon"}, {Shape: "later"}}}},
	} {
		if svg := House(e, "Seat map"); strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") || strings.Contains(svg, "onload") || !strings.HasSuffix(svg, "</svg>") {
			t.Errorf("%s: %s", name, svg)
		}
	}
}

func TestRoomFor(t *testing.T) {
	square := []seatmap.Point{{}, {X: 100}, {X: 100, Y: 100}, {Y: 100}}
	if at, fits := roomFor(square, 40, 10); !fits || at != (seatmap.Point{X: 50, Y: 50}) {
		t.Errorf("in a square at %v, %t", at, fits)
	}
	if _, fits := roomFor(square, 140, 10); fits {
		t.Error("a text wider than the square fits")
	}
	bow := []seatmap.Point{{}, {X: 100}, {X: 100, Y: 100}, {X: 70, Y: 100}, {X: 70, Y: 30}, {X: 30, Y: 30}, {X: 30, Y: 100}, {Y: 100}}
	if at, fits := roomFor(bow, 40, 10); !fits || at.Y > 25 {
		t.Errorf("in a bow, whose middle is outside, at %v, %t", at, fits)
	}
	if _, fits := roomFor(bow, 40, 40); fits {
		t.Error("a text higher than the bow's arms fits")
	}
	if _, fits := roomFor(nil, 1, 1); fits {
		t.Error("a text fits into nothing")
	}
}

func BenchmarkEvent(b *testing.B) {
	for name, p := range map[string]*seatmap.Plan{"hall": demo.Hall(), "stadium": demo.Stadium()} {
		e := eventOf(p)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Event(Korean, e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
