package deploy_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// viewers watch the map; buyers book one seat after another; readers ask for the map and the page.
const viewers, buyers, readers = 8, 2, 2

// TestHouse starts all that docker-compose.yml names and is a stranger at its door.
func TestHouse(t *testing.T) {
	h := startHouse(t)
	t.Run("page", h.servesThePage)
	t.Run("stranger", h.believesNoStranger)
	t.Run("rolling", h.restartsUnseen)
}

func (h *house) get(t *testing.T, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := h.door.client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func (h *house) servesThePage(t *testing.T) {
	res, body := h.get(t, "/")
	for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Cache-Control"} {
		if values := res.Header.Values(name); len(values) != 1 {
			t.Errorf("the page has %s %q", name, values)
		}
	}
	if server := res.Header.Get("Server"); server != "nginx" {
		t.Errorf("Server: %s", server)
	}
	for _, path := range []string{"/metrics", "/metrics/", "//metrics", "/%6detrics"} {
		if res, body := h.get(t, path); res.StatusCode != http.StatusNotFound || !strings.Contains(body, "nginx") {
			t.Errorf("%s is not nginx's to answer: %s\n%s", path, res.Status, body)
		}
	}
	if res, _ := h.get(t, "/assets/of-no-version.js"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a file that no gateway has: %s", res.Status)
	}
	script := regexp.MustCompile(`/assets/[\w.-]+\.js`).FindString(body)
	if script == "" {
		// make test has built it; a single test in a fresh clone has not.
		if strings.Contains(body, "not built") && os.Getenv("JARI_REQUIRE_SERVICES") != "1" {
			t.Skip("the page was not built: make page")
		}
		t.Fatalf("the page has no script:\n%s", body)
	}
	_, plain := h.get(t, script, "Accept-Encoding", "identity")
	for range 2 { // from a gateway, and from what nginx keeps
		res, zipped := h.get(t, script, "Accept-Encoding", "gzip")
		if res.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("the page's script comes with %v", res.Header)
		}
		r, err := gzip.NewReader(strings.NewReader(zipped))
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(r); err != nil || string(text) != plain || plain == "" {
			t.Errorf("compressed, the script is another one: %v", err)
		}
	}
}

// believesNoStranger: what a stranger says of his address goes no further than nginx.
func (h *house) believesNoStranger(t *testing.T) {
	const lie = "203.0.113.9"
	h.get(t, "/api/v1/events", "X-Forwarded-For", lie, "Forwarded", "for="+lie, "X-Forwarded-Host", "elsewhere.example")
	said := h.gateways[0].said.String() + h.gateways[1].said.String()
	if !strings.Contains(said, `"path":"/api/v1/events"`) || strings.Contains(said, lie) {
		t.Errorf("the gateways took a stranger's word:\n%s", said)
	}
}

// restartsUnseen restarts one gateway after the other, while nobody is told that anything is wrong.
func (h *house) restartsUnseen(t *testing.T) {
	z := h.zone(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var watching []*viewer
	for range viewers {
		watching = append(watching, openViewer(t, h, z.ID))
	}
	var crowd sync.WaitGroup
	var shops []*buyer
	for i := range buyers {
		b := &buyer{house: h, zone: z.ID, seats: z.Seats[i*len(z.Seats)/buyers : (i+1)*len(z.Seats)/buyers]}
		shops = append(shops, b)
		crowd.Go(func() { b.run(ctx) })
	}
	var asking []*reader
	for range readers {
		r := &reader{client: h.door.client(), urls: []string{h.url + "/", h.url + "/readyz", h.url + "/api/v1/events/" + h.event + "/zones/" + z.ID + "/state"}}
		asking = append(asking, r)
		crowd.Go(func() { r.run(ctx) })
	}
	for _, n := range h.gateways {
		booked := 0
		for _, b := range shops {
			booked += b.count()
		}
		h.restart(t, n)
		eventually(t, "buyers go on", func() error {
			now := 0
			for _, b := range shops {
				now += b.count()
			}
			if now < booked+4 {
				return fmt.Errorf("%d bookings, %d before", now, booked)
			}
			return nil
		})
	}
	stop()
	crowd.Wait()
	for _, r := range asking {
		if len(r.wrong) > 0 || r.n == 0 {
			t.Errorf("who only asks was told, in %d answers: %v", r.n, r.wrong)
		}
	}
	for _, b := range shops {
		b.check(t)
	}
	h.allReturned(t, watching, z.ID)
}

// restart sends a gateway away as docker compose does, and starts it again at the same place.
func (h *house) restart(t *testing.T, n *node) {
	t.Helper()
	n.terminate(t)
	eventually(t, "the gateway says that it is not ready", func() error {
		if ready("http://"+n.addr) == nil {
			return fmt.Errorf("it is")
		}
		return nil
	})
	n.ends(t)
	if code := n.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("the gateway ended with %d", code)
	}
	n.start()
}

// allReturned: every socket that was sent away came back through nginx with what it had, and shows what is true.
func (h *house) allReturned(t *testing.T, watching []*viewer, zone string) {
	t.Helper()
	var truth string
	eventually(t, "every map is equal to the truth", func() error {
		var state struct{ States string }
		_, body := h.get(t, "/api/v1/events/"+h.event+"/zones/"+zone+"/state")
		if err := json.Unmarshal([]byte(body), &state); err != nil {
			return fmt.Errorf("%w: %s", err, body)
		}
		truth = state.States
		for i, v := range watching {
			if v.picture() != truth {
				return fmt.Errorf("viewer %d has another map", i)
			}
		}
		return nil
	})
	returns, snapshots := 0, 0
	for i, v := range watching {
		codes, fresh := v.close()
		returns += len(codes)
		snapshots += fresh
		if slices.ContainsFunc(codes, func(code int) bool { return code != 4000 }) {
			t.Errorf("viewer %d was sent away with %v", i, codes)
		}
	}
	if returns < viewers || snapshots > 0 {
		t.Errorf("%d sockets came back, %d of them to a snapshot", returns, snapshots)
	}
	if strings.Count(truth, "2") == 0 {
		t.Error("nothing was sold")
	}
}

type zone struct {
	ID    string
	Seats []struct{ ID string }
}

// zone is the largest one with seats.
func (h *house) zone(t *testing.T) zone {
	t.Helper()
	var e struct {
		Zones []struct {
			ID, Kind string
			Capacity int
		}
	}
	_, body := h.get(t, "/api/v1/events/"+h.event)
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	best := 0
	z := zone{}
	for _, candidate := range e.Zones {
		if candidate.Kind == "seats" && candidate.Capacity > best {
			best, z.ID = candidate.Capacity, candidate.ID
		}
	}
	_, body = h.get(t, "/api/v1/events/"+h.event+"/zones/"+z.ID)
	if err := json.Unmarshal([]byte(body), &z); err != nil || len(z.Seats) != best {
		t.Fatalf("%v: %s", err, body)
	}
	return z
}

// reader asks for one address after another and keeps every answer that is not what it should be.
type reader struct {
	client *http.Client
	urls   []string
	n      int
	wrong  []string
}

func (r *reader) run(ctx context.Context) {
	pause := time.NewTicker(5 * time.Millisecond)
	defer pause.Stop()
	for ; ctx.Err() == nil; r.n++ {
		url := r.urls[r.n%len(r.urls)]
		res, err := r.client.Get(url)
		if err != nil {
			r.wrong = append(r.wrong, err.Error())
			continue
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			r.wrong = append(r.wrong, fmt.Sprintf("%s: %s %v %.200s", url, res.Status, err, body))
		}
		<-pause.C
	}
}
