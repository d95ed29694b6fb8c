package deploy_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"jari/docs/spec"
)

// door is nginx's, as strangers use it: all that they are told there is held to the protocol's descriptions.
type door struct {
	spec *spec.Spec
	way  *http.Transport

	mu    sync.Mutex
	n     int     // answers and messages; guarded by mu
	wrong []error // guarded by mu
}

func openDoor(t *testing.T) *door {
	t.Helper()
	s, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	d := &door{spec: s, way: http.DefaultTransport.(*http.Transport).Clone()}
	t.Cleanup(func() {
		d.way.CloseIdleConnections()
		d.mu.Lock()
		defer d.mu.Unlock()
		if len(d.wrong) > 0 {
			t.Errorf("%d answers and messages are not described, such as %v", len(d.wrong), d.wrong[0])
		}
		t.Logf("%d answers and messages were held to the descriptions", d.n)
	})
	return d
}

// RoundTrip reads the answer whole.
func (d *door) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := d.way.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	if strings.Trim(req.URL.Path, "/") == "metrics" { // nginx's own answer
		return res, nil
	}
	d.answered(req, res, body)
	return res, nil
}

func (d *door) answered(req *http.Request, res *http.Response, body []byte) {
	header := res.Header.Clone()
	header.Del("Server") // as nginx calls itself
	d.heard(d.spec.Answer(spec.Answer{Method: req.Method, Path: req.URL.Path, Status: res.StatusCode, Header: header, Body: body}))
}

// said is of a message of a socket.
func (d *door) said(message []byte) { d.heard(d.spec.Said(message)) }

func (d *door) heard(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n++
	if err != nil {
		d.wrong = append(d.wrong, err)
	}
}

// client comes through the door.
func (d *door) client() *http.Client { return &http.Client{Transport: d, Timeout: patience} }
