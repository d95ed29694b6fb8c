package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/singleflight"

	"jari/seatmap"
	"jari/server/live"
	"jari/server/page"
	"jari/server/protocol"
	"jari/server/store"
)

const (
	// documentWait is how long a document waits for what it is of. Its page comes without, too, and asks again itself.
	documentWait = 2 * time.Second
	// frontFor is how long the list of events at / is kept: everybody begins there, and the database need not hear of each.
	frontFor = time.Second
)

// sendDocument answers with the page at an address, and what the address is of inside it. The status is that of what the address names:
// there or not, or not known now. A page always comes; what could not be put into it, it fetches as soon as it can.
func (a *API) sendDocument(c *fiber.Ctx, r page.Route) error {
	l := page.LanguageOf(c.Get(fiber.HeaderAcceptLanguage))
	c.Vary(fiber.HeaderAcceptLanguage)
	c.Set(fiber.HeaderCacheControl, revalidate)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	if r.View.Private() {
		c.Set("X-Robots-Tag", "noindex")
		c.Set(fiber.HeaderReferrerPolicy, "no-referrer") // an address may hold a key
	}
	inside, err := a.compose(r, l)
	if err != nil {
		refusal, known := answerable(err)
		status := kindOf(refusal.Code).status
		if !known {
			a.log.Error("page cannot be composed", "path", r.Path, "request_id", requestID(c), "error", err)
		}
		if status == http.StatusServiceUnavailable {
			c.Set(fiber.HeaderRetryAfter, strconv.Itoa(retrySeconds(refusal.RetryAfter)))
		}
		if inside, err = a.bare(r.View, l, status == http.StatusNotFound); err != nil {
			return err
		}
		c.Status(status)
		c.Set(fiber.HeaderCacheControl, "no-store")
	}
	shell := a.shells[l]
	origin := ""
	if !r.View.Private() && c.Response().StatusCode() == http.StatusOK {
		if origin, err = page.Origin(a.originOf(c), r.Path); err != nil {
			return err
		}
	}
	document := pieces{shell.start, inside.head, verbatim(origin), shell.rest, inside.links, shell.middle, inside.still, shell.after}
	if inside.dataID != "" {
		document = append(document, verbatim(page.DataStart(inside.dataID)), inside.data, verbatim(page.DataEnd))
	}
	return append(document, shell.end).send(c)
}

// originOf is where the client says that it found this server.
func (a *API) originOf(c *fiber.Ctx) string {
	host := c.Get(fiber.HeaderHost)
	if !saneSource(host) {
		return ""
	}
	if a.overTLS(c) {
		return "https://" + host
	}
	return "http://" + host
}

// shell is what the documents of a language have in common.
type shell struct{ start, rest, middle, after, end piece }

func newShells(b *page.Build) (map[page.Language]shell, error) {
	shells := map[page.Language]shell{}
	for _, l := range []page.Language{page.Korean, page.English} {
		var s shell
		d := b.Shell(l)
		for _, part := range []struct {
			text string
			into *piece
		}{{d.Start, &s.start}, {d.Rest, &s.rest}, {d.Middle, &s.middle}, {d.After, &s.after}, {d.End, &s.end}} {
			var err error
			if *part.into, err = deflate([]byte(part.text)); err != nil {
				return nil, err
			}
		}
		shells[l] = s
	}
	return shells, nil
}

// inside is what makes a document one of an address.
type inside struct {
	head, links, still, data piece
	dataID                   string // empty: without data
}

// compose makes what goes into the document of a route, or finds it made. Codes: not_found, unavailable.
func (a *API) compose(r page.Route, l page.Language) (inside, error) {
	ctx, cancel := a.within(min(documentWait, a.cfg.Limits.Request))
	defer cancel()
	switch r.View {
	case page.ViewEvent:
		if err := checkEvent(r.ID); err != nil {
			return inside{}, err
		}
		e, err := a.cfg.Node.Event(ctx, r.ID)
		if err != nil {
			return inside{}, err
		}
		return a.composeEvent(e, l)
	case page.ViewEvents:
		return a.composeFront(ctx, l)
	case page.ViewBooking:
		id, err := readBookingID(r.ID)
		if err != nil {
			return inside{}, err
		}
		// Whose it is the page's program asks; that there is none, everybody may know: nobody comes upon an id by trying.
		if err := a.cfg.Desk.Known(ctx, id); err != nil {
			return inside{}, err
		}
	case page.ViewMissing:
		return inside{}, refuse(seatmap.CodeNotFound, "no such page")
	}
	return a.bare(r.View, l, false)
}

// bare is of a document without anything of its address, which may be of nothing that is there.
func (a *API) bare(v page.View, l page.Language, missing bool) (inside, error) {
	head, err := a.part(func() (string, error) {
		if missing {
			return a.page.MissingHead(l)
		}
		return a.page.Head(v, l, nil)
	}, "head", string(v), string(l), strconv.FormatBool(missing))
	if err != nil {
		return inside{}, err
	}
	links, err := a.links(v, l)
	return inside{head: head, links: links, still: verbatim("")}, err
}

func (a *API) links(v page.View, l page.Language) (piece, error) {
	return a.part(func() (string, error) { return a.page.Links(v, l), nil }, "links", string(v), string(l))
}

// part is a text of documents as it is sent, made once and kept under its name.
func (a *API) part(make func() (string, error), name ...string) (piece, error) {
	return a.plans.get(strings.Join(name, " "), func() ([]byte, error) {
		text, err := make()
		return []byte(text), err
	})
}

// composeEvent finds its parts, kept as eventJSON keeps the event. What is no longer asked for leaves the memory before what is.
func (a *API) composeEvent(e *live.Event, l page.Language) (in inside, err error) {
	version, phase := versionOf(e), a.cfg.Node.Phase(e)
	if in.links, err = a.links(page.ViewEvent, l); err != nil {
		return in, err
	}
	if in.head, err = a.part(func() (string, error) {
		shown := a.publicEvent(e, phase)
		return a.page.Head(page.ViewEvent, l, &shown)
	}, "event head", version, string(l)); err != nil {
		return in, err
	}
	if in.still, err = a.part(func() (string, error) {
		shown := a.publicEvent(e, phase)
		return page.Event(l, &shown)
	}, "event still", version, phase, string(l)); err != nil {
		return in, err
	}
	in.dataID = page.EventData
	in.data, err = a.eventJSON(e, phase)
	return in, err
}

// front is the list of events at /, as it was read last.
type front struct {
	reading singleflight.Group

	mu     sync.Mutex
	at     time.Time        // guarded by mu
	events []protocol.Event // without what is left, guarded by mu
	data   piece            // the list as it is sent, guarded by mu; under no name, because it changes with every seat that is taken
	digest string           // of events, guarded by mu: names the still picture
}

// composeFront puts in the first events as a list needs them.
func (a *API) composeFront(ctx context.Context, l page.Language) (in inside, err error) {
	events, data, digest, err := a.frontEvents(ctx)
	if err != nil {
		return in, err
	}
	if in, err = a.bare(page.ViewEvents, l, false); err != nil {
		return in, err
	}
	in.still, err = a.part(func() (string, error) { return page.Events(l, events) }, "events still", digest, string(l))
	in.data, in.dataID = data, page.EventsData
	return in, err
}

func (a *API) frontEvents(ctx context.Context) (events []protocol.Event, data piece, digest string, err error) {
	f := &a.front
	f.mu.Lock()
	events, data, digest = f.events, f.data, f.digest
	fresh := digest != "" && a.now().Sub(f.at).Abs() < frontFor
	f.mu.Unlock()
	if fresh {
		return events, data, digest, nil
	}
	done := f.reading.DoChan("", func() (any, error) {
		ctx, cancel := a.within(a.cfg.Limits.Request) // of all who ask
		defer cancel()
		return nil, a.readFront(ctx)
	})
	select {
	case got := <-done:
		if got.Err != nil {
			return nil, piece{}, "", got.Err
		}
	case <-ctx.Done():
		return nil, piece{}, "", fmt.Errorf("%w: the events of the page: %w", store.ErrUnavailable, ctx.Err())
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.events, f.data, f.digest, nil
}

func (a *API) readFront(ctx context.Context) error {
	list, err := a.eventList(ctx, "", eventsUsual)
	if err != nil {
		return err
	}
	abridge(list.Events)
	b, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("write the events of the page: %w", err)
	}
	data, err := deflate(b)
	if err != nil {
		return err
	}
	for i := range list.Events {
		list.Events[i].Available = nil
	}
	if b, err = json.Marshal(list.Events); err != nil {
		return fmt.Errorf("write the events of the page: %w", err)
	}
	sum := sha256.Sum256(b)
	f := &a.front
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at, f.events, f.data, f.digest = a.now(), list.Events, data, hex.EncodeToString(sum[:16])
	return nil
}
