package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"jari/hub"
	"jari/seatmap"
	"jari/server/protocol"
)

// refusedCost is how many messages one counts for that its address or buyer had no room for: twenty at once, ten a second.
const refusedCost = 5

// handle serves one message. A code other than 0 closes the socket; whatever else is wrong is answered and the socket stays open.
func (s *socket) handle(message []byte) (code int, reason string) {
	if err := s.api.guard.request(s.address); err != nil {
		return s.limit(idOf(message), err)
	}
	var r protocol.Request
	if err := decodeObject(message, &r); err != nil {
		s.fail(idOf(message), err)
		return 0, ""
	}
	if r.ID == nil {
		s.fail(nil, invalid("id is missing: an integer that the answer repeats"))
		return 0, ""
	}
	s.api.metrics.messages.WithLabelValues(knownType(r.Type)).Inc()
	switch r.Type {
	case protocol.TypeAuth:
		return s.auth(r)
	case protocol.TypeJoin:
		s.join(r)
	case protocol.TypeLeave:
		s.leave(r)
	case protocol.TypeHold:
		return s.asBuyer(r, s.hold)
	case protocol.TypeRelease:
		return s.asBuyer(r, s.release)
	case protocol.TypeExtend:
		return s.asBuyer(r, s.extend)
	case protocol.TypePing:
		s.send(protocol.Pong{Type: protocol.TypePong, ID: *r.ID, Now: s.now()})
	case "":
		s.fail(r.ID, invalid("type is missing"))
	default:
		s.fail(r.ID, invalid("no such type of message"))
	}
	return 0, ""
}

// idOf finds the id of a message whose other parts are wrong, nil when that is wrong too.
func idOf(message []byte) *int64 {
	var r struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(message, &r) != nil {
		return nil
	}
	id, err := strconv.ParseInt(string(r.ID), 10, 64)
	if err != nil {
		return nil
	}
	return &id
}

// knownType keeps strangers from naming metrics.
func knownType(t string) string {
	if protocol.IsRequest(t) {
		return t
	}
	return "unknown"
}

func (s *socket) now() protocol.Time { return protocol.Time{Time: s.api.cfg.Node.Now()} }

// send queues an answer. When the client does not read, it waits and so does the reading of its requests.
func (s *socket) send(message any) {
	b, err := json.Marshal(message)
	if err != nil {
		s.api.log.Error("message cannot be written as JSON", "error", err)
		return
	}
	s.client.Send(b) // false: the socket is ending, and so is everybody's interest
}

// fail answers a request that could not be served.
func (s *socket) fail(id *int64, err error) {
	r, known := answerable(err)
	if !known {
		s.api.log.Error("socket request failed", "error", err)
	}
	e := protocol.Error{Type: protocol.TypeError, ID: id, Code: r.Code, Detail: r.Detail}
	switch kindOf(r.Code).status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		e.RetryAfter = retrySeconds(r.RetryAfter)
	}
	s.send(e)
}

// limit answers a message that was one too many. The address may be that of many buyers, so the socket stays open, unless it goes on:
// what was refused counts as several messages of its own rate.
func (s *socket) limit(id *int64, err error) (code int, reason string) {
	s.fail(id, err)
	if !s.bucket.takeMany(refusedCost, time.Now()) {
		return hub.CloseFlood, "too many messages"
	}
	return 0, ""
}

// auth makes the socket a buyer's. A token that is not valid closes the socket; another buyer than before is refused, because
// answers and private messages of the first may still be on their way.
func (s *socket) auth(r protocol.Request) (code int, reason string) {
	buyer, expires, err := s.api.tokens.read(r.Token)
	if err != nil {
		s.fail(r.ID, err)
		return hub.CloseToken, "a valid token is needed"
	}
	if s.buyer != "" && s.buyer != buyer {
		s.fail(r.ID, refuse(protocol.CodeForbidden, "this socket is another buyer's, open a new one"))
		return 0, ""
	}
	if s.buyer == "" {
		leave, err := s.api.guard.buyerSocket(s.address, buyer)
		if err != nil {
			s.fail(r.ID, err) // it may look, as whom the server does not know
			return 0, ""
		}
		s.left = leave
	}
	s.buyer, s.expires = buyer, expires
	l := s.api.cfg.Limits
	s.send(protocol.Authed{Type: protocol.TypeAuthed, ID: *r.ID, Now: s.now(), Buyer: protocol.Buyer{ID: buyer},
		Limits: protocol.Limits{FrameBytes: l.FrameBytes, MessagesPerS: l.MessagesPerS, Joins: l.Joins, SeatsPerRequest: l.SeatsPerRequest,
			IdleS: int(l.Idle / time.Second), PingS: int(l.Ping / time.Second)}, Page: s.api.page.ID})
	s.api.cfg.Node.Authed(s.client, buyer)
	return 0, ""
}

// join is done in the order of the requests, by the reader itself: a later leave finds it done.
func (s *socket) join(r protocol.Request) {
	if err := checkRoom(r); err != nil {
		s.fail(r.ID, err)
		return
	}
	var at *hub.Position
	switch {
	case r.Epoch != nil && r.Version != nil && r.Zone != "":
		at = &hub.Position{Epoch: *r.Epoch, Version: *r.Version}
	case (r.Epoch == nil) != (r.Version == nil):
		s.fail(r.ID, invalid("epoch and version belong together"))
		return
	}
	joined := protocol.Joined{Type: protocol.TypeJoined, ID: *r.ID, Now: protocol.Time{Time: s.api.cfg.Node.NowOf(r.Event)}, Event: r.Event, Zone: r.Zone}
	if r.Zone == "" {
		joined.Page = s.api.page.ID
	}
	answer, err := json.Marshal(joined)
	if err != nil {
		s.fail(r.ID, err)
		return
	}
	ctx, cancel := context.WithTimeout(s.ctx, s.api.cfg.Limits.Request)
	defer cancel()
	if err := s.api.cfg.Node.Join(ctx, s.client, r.Event, r.Zone, answer, at); err != nil {
		s.fail(r.ID, err)
	}
}

func checkRoom(r protocol.Request) error {
	if r.Event == "" {
		return invalid("say the event")
	}
	if err := checkEvent(r.Event); err != nil {
		return err
	}
	if r.Zone == "" {
		return nil
	}
	return checkZone(r.Zone)
}

func (s *socket) leave(r protocol.Request) {
	if err := checkRoom(r); err != nil {
		s.fail(r.ID, err)
		return
	}
	s.api.cfg.Node.Leave(s.client, r.Event, r.Zone)
	s.send(protocol.Left{Type: protocol.TypeLeft, ID: *r.ID, Event: r.Event, Zone: r.Zone})
}

// asBuyer runs a request beside the reader; when as many as allowed are at work, the reading waits.
func (s *socket) asBuyer(r protocol.Request, f func(ctx context.Context, buyer string, r protocol.Request)) (code int, reason string) {
	if err := s.mayAsk(r); err != nil {
		s.fail(r.ID, err)
		return 0, ""
	}
	if err := s.api.guard.buyer(s.address, s.buyer); err != nil {
		return s.limit(r.ID, err)
	}
	s.room <- struct{}{}
	buyer := s.buyer
	s.work.Go(func() {
		defer func() { <-s.room }()
		defer s.recoverRequest(r.ID)
		// Not the socket's context: what has begun is finished, or a client that goes away could leave a request's fate open.
		ctx, cancel := s.api.within(s.api.cfg.Limits.Request)
		defer cancel()
		f(ctx, buyer, r)
	})
	return 0, ""
}

// mayAsk refuses requests of nobody, and about nothing. Codes: unauthorized, invalid, not_found.
func (s *socket) mayAsk(r protocol.Request) error {
	switch {
	case s.buyer == "":
		return refuse(protocol.CodeUnauthorized, "send auth first")
	case !s.api.now().Before(s.expires):
		return refuse(protocol.CodeUnauthorized, "the token has expired, send auth with a new one")
	case r.Event == "":
		return invalid("say the event")
	}
	return checkEvent(r.Event)
}

// recoverRequest, deferred, answers a request whose work panicked.
func (s *socket) recoverRequest(id *int64) {
	if p := recover(); p != nil {
		s.fail(id, fmt.Errorf("%w: %v\n%s", errPanic, p, debug.Stack()))
	}
}

func (s *socket) hold(ctx context.Context, buyer string, r protocol.Request) {
	answer, err := s.api.hold(ctx, r.Event, buyer, r.Zone, r.HoldBody)
	s.answer(protocol.TypeHeld, *r.ID, answer, err)
}

func (s *socket) extend(ctx context.Context, buyer string, r protocol.Request) {
	answer, err := s.api.cfg.Node.Extend(ctx, r.Event, buyer)
	s.answer(protocol.TypeExtended, *r.ID, answer, err)
}

func (s *socket) release(ctx context.Context, buyer string, r protocol.Request) {
	if r.Seats != nil {
		if err := s.api.checkSeats(r.Seats); err != nil {
			s.fail(r.ID, err)
			return
		}
	}
	answer, err := s.api.cfg.Node.Release(ctx, r.Event, buyer, r.Seats)
	s.answer(protocol.TypeReleased, *r.ID, answer, err)
}

func (s *socket) answer(kind string, id int64, answer protocol.HoldAnswer, err error) {
	if err == nil {
		s.send(protocol.HoldMessage{Type: kind, ID: id, HoldAnswer: answer})
		return
	}
	var r *seatmap.Refusal
	if errors.As(err, &r) && refusable(r.Code) {
		s.send(protocol.Refused{Type: protocol.TypeRefused, ID: id, Code: r.Code, Detail: r.Detail, Seats: protocol.SeatStates(r.Seats)})
		return
	}
	s.fail(&id, err)
}

// refusable: the rules of selling say no with `refused`; a request that is wrong or cannot be served now gets `error`.
func refusable(code seatmap.Code) bool {
	switch code {
	case seatmap.CodeSeatUnavailable, seatmap.CodeHoldLimit, seatmap.CodeSaleClosed, seatmap.CodeHoldExpired:
		return true
	}
	return false
}
