package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// API is the HTTP side of a server.
type API struct {
	base string
	http *http.Client
}

// httpConns bounds our connections, so that what is measured is the server and not a storm of handshakes.
const httpConns = 64

func newAPI(base string) *API {
	return &API{base: strings.TrimSuffix(base, "/"), http: &http.Client{
		Timeout: answerTimeout,
		Transport: &http.Transport{MaxConnsPerHost: httpConns, MaxIdleConnsPerHost: httpConns,
			IdleConnTimeout: time.Minute},
	}}
}

// Problem is a refusal over HTTP.
type Problem struct {
	Status     int           `json:"status"`
	Code       string        `json:"code"`
	Detail     string        `json:"detail"`
	Seats      []SeatState   `json:"seats"`
	Booking    *Booking      `json:"booking"`
	RetryAfter time.Duration `json:"-"`
}

func (p *Problem) Error() string { return fmt.Sprintf("%d %s %s", p.Status, p.Code, p.Detail) }

// Session is a buyer's right to act.
type Session struct {
	Token string `json:"token"`
	Buyer struct {
		ID string `json:"id"`
	} `json:"buyer"`
}

// call sends a request and reads its JSON answer into out (nil: none is read). A refusal is a *Problem.
func (a *API) call(ctx context.Context, method, path, token string, header map[string]string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("encode body of %s %s: %w", method, path, err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, a.base+path, body)
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := a.http.Do(req)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(res.Body)
	_ = res.Body.Close() // read to its end or broken: nothing more to learn
	if err != nil {
		return fmt.Errorf("read answer of %s %s: %w", method, path, err)
	}
	if tap.answered != nil {
		tap.answered(req.URL.Host, method, path, res, b)
	}
	if res.StatusCode >= 300 {
		return problem(res, b)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("decode answer of %s %s %.200q: %w", method, path, b, err)
	}
	return nil
}

func problem(res *http.Response, body []byte) error {
	p := &Problem{}
	if err := json.Unmarshal(body, p); err != nil {
		p.Detail = fmt.Sprintf("%.200q", body)
	}
	p.Status = res.StatusCode
	if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil {
		p.RetryAfter = time.Duration(s) * time.Second
	}
	return p
}

func (a *API) get(ctx context.Context, path, token string, out any) error {
	return a.call(ctx, http.MethodGet, path, token, nil, nil, out)
}

// session makes a new guest; it waits when the server asks for patience.
func (a *API) session(ctx context.Context) (Session, error) {
	for {
		var s Session
		err := a.call(ctx, http.MethodPost, "/api/v1/sessions", "", nil, nil, &s)
		var p *Problem
		if !errors.As(err, &p) || p.Status != http.StatusTooManyRequests {
			return s, err
		}
		if err := wait(ctx, max(p.RetryAfter, 100*time.Millisecond)); err != nil {
			return s, err
		}
	}
}

// sessions makes n guests, a few at a time.
func (a *API) sessions(ctx context.Context, n int) ([]Session, error) {
	out := make([]Session, n)
	err := inParallel(ctx, n, 16, func(i int) (err error) {
		out[i], err = a.session(ctx)
		return err
	})
	return out, err
}

func (a *API) event(ctx context.Context, id string) (Event, error) {
	var e Event
	err := a.get(ctx, "/api/v1/events/"+url.PathEscape(id), "", &e)
	if err != nil {
		err = fmt.Errorf("read event %s: %w", id, err)
		if p, ok := errors.AsType[*Problem](err); ok && p.Code == "not_found" {
			err = fmt.Errorf("%w: --event names another", err)
		}
	}
	return e, err
}

func (a *API) zoneSeats(ctx context.Context, event, zone string) (ZoneSeats, error) {
	var z ZoneSeats
	err := a.get(ctx, "/api/v1/events/"+url.PathEscape(event)+"/zones/"+url.PathEscape(zone), "", &z)
	if err != nil {
		err = fmt.Errorf("read seats of zone %s: %w", zone, err)
	}
	return z, err
}

func (a *API) zoneState(ctx context.Context, event, zone string) (ZoneState, error) {
	var z ZoneState
	err := a.get(ctx, "/api/v1/events/"+url.PathEscape(event)+"/zones/"+url.PathEscape(zone)+"/state", "", &z)
	if err != nil {
		err = fmt.Errorf("read state of zone %s: %w", zone, err)
	}
	return z, err
}

// wait sleeps unless the context ends first.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// inParallel calls f for 0..n-1 on a few goroutines and returns the first error.
func inParallel(ctx context.Context, n, workers int, f func(i int) error) error {
	next := make(chan int)
	var first error
	var once sync.Once
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range min(n, workers) {
		wg.Go(func() {
			for i := range next {
				if err := f(i); err != nil {
					once.Do(func() { first = err; close(stop) })
				}
			}
		})
	}
	func() {
		defer close(next)
		for i := range n {
			select {
			case next <- i:
			case <-stop:
				return
			case <-ctx.Done():
				once.Do(func() { first = ctx.Err(); close(stop) })
				return
			}
		}
	}()
	wg.Wait()
	return first
}
