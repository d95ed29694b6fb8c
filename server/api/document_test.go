package api

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"jari/seatmap/demo"
	"jari/server/live"
	"jari/server/protocol"
	"jari/server/store"
)

// dataIn is the JSON that a document has under an id.
func dataIn(t *testing.T, document, id string, into any) {
	t.Helper()
	_, rest, ok := strings.Cut(document, `<script type="application/json" id="`+id+`">`)
	data, _, ended := strings.Cut(rest, "</script>")
	if !ok || !ended {
		t.Fatalf("no %s in %s", id, document)
	}
	if err := json.Unmarshal([]byte(data), into); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
}

func TestDocuments(t *testing.T) {
	s := start(t, withStatic(builtPage(t, nil)))
	s.desk.bookings["3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10"] = protocol.Booking{}
	for path, want := range map[string]struct {
		status  int
		title   string
		private bool
	}{
		"/":                   {200, "Jari 자리", false},
		"/events/demo":        {200, "A night · Jari 자리", false},
		"/events/demo/":       {200, "A night · Jari 자리", false},
		"/events/demo?zone=A": {200, "A night · Jari 자리", false},
		"/bookings":           {200, "My bookings · Jari 자리", true},
		"/privacy":            {200, "Privacy · Jari 자리", false},
		"/bookings/3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10": {200, "My bookings · Jari 자리", true},
		"/bookings/3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a11": {404, "Nothing here · Jari 자리", true},
		"/bookings/3f2b":     {404, "Nothing here · Jari 자리", true},
		"/events/nowhere":    {404, "Nothing here · Jari 자리", true},
		"/events/No-Such.Id": {404, "Nothing here · Jari 자리", true},
		"/events/%3Cb%3E":    {404, "Nothing here · Jari 자리", true},
		"/events":            {404, "Nothing here · Jari 자리", true},
		"/events/demo/more":  {404, "Nothing here · Jari 자리", true},
		"/anything/else":     {404, "Nothing here · Jari 자리", true},
	} {
		a := s.want(want.status, s.do("GET", path, "", ""))
		document := string(a.body)
		if !strings.Contains(document, "<title>"+want.title+"</title>") || !strings.Contains(document, `<div id="app">`) {
			t.Errorf("%s: %s", path, document)
		}
		if hidden := strings.Contains(document, `<meta name="robots" content="noindex">`); hidden != want.private || hidden == strings.Contains(document, "og:title") {
			t.Errorf("%s: hidden %t: %s", path, hidden, document)
		}
		if strings.Contains(document, "unsafe") || regexp.MustCompile(`(?i)\sstyle=|\son[a-z]+=|<script>`).MatchString(document) {
			t.Errorf("%s has what the policy refuses: %s", path, document)
		}
		h := a.header
		if h.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(h.Get("Content-Security-Policy"), "script-src 'self'; style-src 'self';") ||
			!strings.Contains(strings.Join(h.Values("Vary"), ","), "Accept-Language") {
			t.Errorf("%s: %v", path, h)
		}
		if want.status != 200 {
			if h.Get("Cache-Control") != "no-store" || h.Get("ETag") != "" {
				t.Errorf("%s is kept: %v", path, h)
			}
			s.want(want.status, s.do("GET", path, "", "", "If-None-Match", "*"))
			continue
		}
		if h.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %v", path, h)
		}
		s.want(304, s.do("GET", path, "", "", "If-None-Match", h.Get("ETag")))
		head := s.want(200, s.do("HEAD", path, "", ""))
		if len(head.body) != 0 || head.header.Get("ETag") != h.Get("ETag") || head.header.Get("Content-Length") != h.Get("Content-Length") {
			t.Errorf("HEAD %s: %v %q", path, head.header, head.body)
		}
	}
	for _, path := range []string{"/bookings", "/bookings/3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10", "/bookings/3f2b"} {
		if h := s.do("GET", path, "", "").header; h.Get("X-Robots-Tag") != "noindex" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// TestEventDocument: whoever reads it without a program knows what it is, and a program need not ask for the event.
func TestEventDocument(t *testing.T) {
	s := start(t, withStatic(builtPage(t, nil)))
	document := string(s.do("GET", "/events/demo?a=b", "", "").body)
	origin := "http://" + s.addr
	for _, part := range []string{
		`<html lang="en">`, `<h1>A night</h1>`, `Test hall</p>`, `<time datetime="2026-03-03T09:30:00Z">Tue, March 3, 2026 at 6:30 PM</time>`,
		`<meta name="description" content="Test hall · Tue, March 3, 2026 at 6:30 PM">`, `<meta property="og:title" content="A night">`,
		`<link rel="canonical" href="` + origin + `/events/demo">`, `<meta property="og:url" content="` + origin + `/events/demo">`,
		`<meta property="og:image" content="` + origin + `/og.png">`, `<meta name="twitter:card" content="summary_large_image">`,
		`<link rel="modulepreload" crossorigin fetchpriority="low" href="/assets/EventView-2.js">`, `<link rel="preload" as="style" crossorigin fetchpriority="low" href="/assets/EventView-2.css">`,
		`<svg class="still-house"`, `<path color="#aa0000" d="M0 0L100 0 100 50Z"/>`, `<path color="#00aa00"`, `>Zone A</text>`, `>Stage</text>`, `<noscript>`, `₩120,000`,
	} {
		if !strings.Contains(document, part) {
			t.Errorf("it lacks %s\n%s", part, document)
		}
	}
	if strings.Contains(document, `href="/assets/index-1.js"`) {
		t.Error("it fetches what index.html names already")
	}
	var inlined, asked protocol.Event
	dataIn(t, document, "jari-event", &inlined)
	s.want(200, s.do("GET", base+"/events/demo", "", "")).into(t, &asked)
	if a, b := jsonOf(t, inlined), jsonOf(t, asked); a != b {
		t.Errorf("inlined %s, asked for %s", a, b)
	}
	korean := string(s.do("GET", "/events/demo", "", "", "Accept-Language", "ko-KR,ko;q=0.9,en;q=0.8").body)
	if !strings.Contains(korean, `<html lang="ko">`) || !strings.Contains(korean, "2026년 3월 3일 (화) 오후 6:30") || !strings.Contains(korean, "자바스크립트") {
		t.Errorf("in Korean %s", korean)
	}
	gzipped := s.do("GET", "/events/demo?a=b", "", "", "Accept-Encoding", "br, gzip")
	r, err := gzip.NewReader(strings.NewReader(string(gzipped.body)))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != document {
		t.Errorf("unpacked %s, %v", b, err)
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestEventDocumentFollows: it is another one as soon as the event, its plan or its phase is.
func TestEventDocumentFollows(t *testing.T) {
	s := start(t, withStatic(builtPage(t, nil)))
	tags := map[string]bool{}
	look := func(phase, title string, places int) {
		t.Helper()
		a := s.want(200, s.do("GET", "/events/demo", "", ""))
		var e protocol.Event
		dataIn(t, string(a.body), "jari-event", &e)
		if e.Phase != phase || e.Title != title || len(e.Zones) != places || !strings.Contains(string(a.body), "<h1>"+title+"</h1>") {
			t.Errorf("shown %s %s with %d zones, want %s %s with %d", e.Phase, e.Title, len(e.Zones), phase, title, places)
		}
		if tags[a.header.Get("ETag")] {
			t.Errorf("%s %s has the tag of another", phase, title)
		}
		tags[a.header.Get("ETag")] = true
	}
	look(live.PhaseOnSale, "A night", 3)
	s.node.set(testEvent("demo"), live.PhasePaused)
	look(live.PhasePaused, "A night", 3)
	changed := testEvent("demo")
	changed.Title, changed.Fence = "Another night", 2
	s.node.set(changed, live.PhasePaused)
	look(live.PhasePaused, "Another night", 3)
	moved := testEvent("demo")
	moved.Title, moved.Fence, moved.Plan = "Another night", 3, demo.Hall()
	moved.PlanHash = moved.Plan.Hash()
	s.node.set(moved, live.PhasePaused)
	look(live.PhasePaused, "Another night", len(moved.Plan.Zones))
}

// TestHostileNames end no element and no attribute, wherever they stand.
func TestHostileNames(t *testing.T) {
	s := start(t, withStatic(builtPage(t, nil)))
	const title = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u2028\u2029<!-- {{.}}"
	e := testEvent("odd")
	e.Title, e.VenueName, e.Plan = title, "</title>"+title, demo.Odd()
	e.PlanHash, e.Prices = e.Plan.Hash(), map[string]int64{}
	s.node.set(e, live.PhaseOnSale)
	for path, id := range map[string]string{"/events/odd": "jari-event", "/": "jari-events"} {
		document := string(s.want(200, s.do("GET", path, "", "")).body)
		for _, bad := range []string{"<script>alert", "<img", "</title>\"", "<i>Box", "<b>"} {
			if n := strings.Count(document, bad); n > 0 && !(bad == "<b>" && path == "/events/odd") {
				t.Errorf("%s has %s: %s", path, bad, document)
			}
		}
		if strings.Count(document, "</script>") != 2 || strings.Count(document, "</title>") != 1 || strings.Count(document, "<!--") != 0 {
			t.Errorf("%s: an element ends early: %s", path, document)
		}
		_, data, _ := strings.Cut(document, id)
		if strings.ContainsAny(data, "\u2028\u2029") {
			t.Errorf("%s has line separators", path)
		}
		var got struct {
			Title  string
			Events []protocol.Event
		}
		dataIn(t, document, id, &got)
		for _, e := range got.Events {
			if e.ID == "odd" {
				got.Title = e.Title
			}
		}
		if got.Title != title {
			t.Errorf("%s: the title came as %q", path, got.Title)
		}
	}
}

// TestHostileHost is in no document, and one that is none gets links without a host.
func TestHostileHost(t *testing.T) {
	s := start(t, withStatic(builtPage(t, nil)))
	c := s.raw("GET /events/demo HTTP/1.1\r\nHost: a\"><script>x;\r\nConnection: close\r\n\r\n")
	if text := s.rest(c); !strings.Contains(text, `<link rel="canonical" href="/events/demo">`) || strings.Contains(text, "<script>x") {
		t.Errorf("it is in %s", text)
	}
	s = start(t, withStatic(builtPage(t, nil)), withLimits(Limits{TrustedProxies: prefixes("127.0.0.1/32")}))
	if a := s.do("GET", "/events/demo", "", "", "X-Forwarded-Proto", "https"); !strings.Contains(string(a.body), `content="https://`+s.addr+`/og.png"`) {
		t.Errorf("behind TLS %s", a.body)
	}
}

func TestFrontDocument(t *testing.T) {
	s := start(t, withStatic(builtPage(t, nil)))
	document := string(s.do("GET", "/", "", "").body)
	var list protocol.EventList
	dataIn(t, document, "jari-events", &list)
	if len(list.Events) != 2 || list.Events[0].ID != "demo" || len(list.Events[0].Categories) != 2 || list.Events[0].Zones == nil || len(list.Events[0].Zones) != 0 {
		t.Errorf("inlined %+v", list)
	}
	for _, part := range []string{`<h1>On stage</h1>`, `<a href="/events/demo">A night</a>`, `<a href="/events/second">A night</a>`, `<noscript>`} {
		if !strings.Contains(document, part) {
			t.Errorf("it lacks %s: %s", part, document)
		}
	}
}

// TestBriefList: whoever asks again what is left need not read all the zones again.
func TestBriefList(t *testing.T) {
	s := start(t)
	for query, brief := range map[string]bool{"": false, "?brief=false": false, "?brief=true": true} {
		var list protocol.EventList
		a := s.want(200, s.do("GET", base+"/events"+query, "", ""))
		if err := json.Unmarshal(a.body, &list); err != nil {
			t.Fatal(err)
		}
		e := list.Events[0]
		if e.Available == nil || e.Capacity == 0 || (len(e.Zones) == 0) != brief || e.Zones == nil || e.Plan.Areas == nil {
			t.Errorf("%q: %+v", query, e)
		}
	}
}

// TestFrontDocumentAsSeatsGo: the data says what is left, and the still picture, which does not, is not made anew.
func TestFrontDocumentAsSeatsGo(t *testing.T) {
	clock := &testClock{now: time.Now()}
	s := start(t, withStatic(builtPage(t, nil)), func(c *Config) { c.Now = clock.Now })
	kept := func() int {
		s.api.plans.mu.Lock()
		defer s.api.plans.mu.Unlock()
		return len(s.api.plans.parts)
	}
	left := func() int {
		var list protocol.EventList
		dataIn(t, string(s.do("GET", "/", "", "").body), "jari-events", &list)
		if len(list.Events) == 0 || list.Events[0].Available == nil {
			t.Fatalf("inlined %+v", list)
		}
		return *list.Events[0].Available
	}
	before, parts := left(), kept()
	s.node.mu.Lock()
	s.node.owner["A-1"] = "somebody"
	s.node.mu.Unlock()
	clock.add(2 * frontFor)
	if after := left(); after != before-1 || kept() != parts {
		t.Errorf("%d are left, then %d; %d parts are kept, then %d", before, after, parts, kept())
	}
}

// TestNoCountIsOlderThanPromised: what is left of an event is told for ten seconds (docs/openapi.yaml), at / too.
func TestNoCountIsOlderThanPromised(t *testing.T) {
	if oldest := live.TallyKept + frontFor; oldest > 10*time.Second {
		t.Errorf("the list at / tells what was counted %s ago", oldest)
	}
}

// TestDocumentsWithoutTheDatabase come all the same, and say by their status that it is away. What the node knows it shows.
func TestDocumentsWithoutTheDatabase(t *testing.T) {
	for _, away := range []error{store.ErrUnavailable, errors.New("disk on fire")} {
		status := http.StatusServiceUnavailable
		if !errors.Is(away, store.ErrUnavailable) {
			status = http.StatusInternalServerError
		}
		s := start(t, withStatic(builtPage(t, nil)))
		s.node.setFail(away)
		s.desk.set("", away)
		for path, want := range map[string]int{"/": status, "/events/unknown": status, "/events/demo": 200, "/bookings": 200, "/nowhere": 404,
			"/bookings/3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10": status, "/bookings/3f2b": 404} {
			a := s.want(want, s.do("GET", path, "", ""))
			if !strings.Contains(string(a.body), `<div id="app">`) || strings.Contains(string(a.body), "fire") {
				t.Errorf("%s: %s", path, a.body)
			}
			if want == 503 && (a.header.Get("Retry-After") == "" || a.header.Get("Cache-Control") != "no-store") || want == status && strings.Contains(string(a.body), "noindex") != strings.HasPrefix(path, "/bookings") {
				t.Errorf("%s: %v %s", path, a.header, a.body)
			}
		}
		s.node.setFail(nil)
		s.want(200, s.do("GET", "/", "", ""))
	}
}

// TestManyOpenAnEvent at once: it is composed once, and unknown ids leave nothing behind.
func TestManyOpenAnEvent(t *testing.T) {
	s := start(t, withStatic(builtPage(t, nil)))
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() { s.want(200, s.do("GET", "/events/demo", "", "")) })
	}
	all.Wait()
	kept := func() int {
		s.api.plans.mu.Lock()
		defer s.api.plans.mu.Unlock()
		return len(s.api.plans.parts)
	}
	before := kept()
	for _, path := range []string{"/events/nowhere", "/events/no-where", "/events/%00", "/x", "/events/" + strings.Repeat("a", 300)} {
		s.want(404, s.do("GET", path, "", ""))
	}
	first := kept() // what all documents of nothing share
	for _, path := range []string{"/events/nowhere-2", "/events/zz", "/y/z", "/events/%F0%9F%92%A9"} {
		s.want(404, s.do("GET", path, "", "", "Accept-Language", "en;q=0.123"))
	}
	if before != 4 || first > before+3 || kept() != first {
		t.Errorf("%d parts of an event, %d with documents of nothing, then %d", before, first, kept())
	}
}

func TestEventIsAskedForAgain(t *testing.T) {
	s := start(t)
	a := s.want(200, s.do("GET", base+"/events/demo", "", "", "Accept-Encoding", "gzip"))
	if a.header.Get("Content-Encoding") != "gzip" || a.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("headers %v", a.header)
	}
	s.want(304, s.do("GET", base+"/events/demo", "", "", "Accept-Encoding", "gzip", "If-None-Match", a.header.Get("ETag")))
	s.node.set(testEvent("demo"), live.PhaseSoldOut)
	s.want(200, s.do("GET", base+"/events/demo", "", "", "Accept-Encoding", "gzip", "If-None-Match", a.header.Get("ETag")))
}
