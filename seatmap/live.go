package seatmap

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// LiveConfig is what a Live needs.
type LiveConfig struct {
	Client redis.UniversalClient
	// RunID tells which Redis process answers (INFO server run_id; the embedded server says its own).
	// It is read by Refresh and passed to each script: another process has lost its memory.
	RunID   func(ctx context.Context) (string, error)
	Sharded bool          // publish with SPUBLISH (Redis Cluster)
	Grace   time.Duration // hold keys outlive their deadline by this; default 1 h
	LogSize int           // changes kept per zone for gap repair; default 10,000
}

// Live is the live state of events in Redis. Every method is one script.
// All methods answer *Refusal{Code: unavailable} while the event is not open (no epoch, another run id) or Redis is away.
type Live struct{ cfg LiveConfig }

// NewLive makes a Live; it dials nothing.
func NewLive(cfg LiveConfig) *Live { return &Live{cfg: cfg} }

// Refresh reads the run id; call it on every connect and once a second.
func (l *Live) Refresh(ctx context.Context) error { panic("not yet") }

// HoldRequest asks for places. Exactly one of Seats, General, Groups is used.
type HoldRequest struct {
	Event  string
	Buyer  string
	HoldID string // id of the hold if this is the first seat
	Seats  []Pick // all of them or none
	// General: Quantity free places of a general zone, whichever.
	GeneralZone  string
	GeneralPrice int64
	Quantity     int
	// Groups: ordered candidates, the first that is wholly free is taken; none: seat_unavailable.
	Groups [][]Pick
}

// HoldView is the answer to a change of a hold. Hold is nil when the buyer holds nothing.
type HoldView struct {
	Now     time.Time
	Hold    *Hold
	Group   int       // of Groups: which was taken
	Expires time.Time // earliest deadline of the event, to arm the timer
}

// Hold adds places to the buyer's hold. Codes: seat_unavailable, hold_limit, sale_closed, unavailable.
func (l *Live) Hold(ctx context.Context, r HoldRequest) (HoldView, error) { panic("not yet") }

// Release gives back the named seats, or all when seats is empty. What is gone is success. Codes: unavailable.
func (l *Live) Release(ctx context.Context, event, buyer string, seats []string) (HoldView, error) {
	panic("not yet")
}

// Extend moves the deadline to now + policy.Hold, at most to the ceiling. Codes: hold_expired, sale_closed, unavailable.
func (l *Live) Extend(ctx context.Context, event, buyer string) (HoldView, error) { panic("not yet") }

// HoldOf returns the buyer's hold. Codes: unavailable.
func (l *Live) HoldOf(ctx context.Context, event, buyer string) (HoldView, error) { panic("not yet") }

// PendingBooking is a booking on its way to the database.
type PendingBooking struct {
	Booking string
	Event   string
	Buyer   string
	Seats   []Pick
	Lease   time.Time // when the sweeper asks the log what became of it
}

// Book turns the buyer's hold into a pending booking; a pending booking of that id already there is success.
// seatIDs, when not nil, must be the hold's seats (else idempotency_mismatch is for the caller to say).
// Codes: hold_expired, unavailable.
func (l *Live) Book(ctx context.Context, event, buyer, booking string, lease time.Duration) (PendingBooking, error) {
	panic("not yet")
}

// Pending returns a pending booking, or nil. Codes: unavailable.
func (l *Live) Pending(ctx context.Context, event, booking string) (*PendingBooking, error) {
	panic("not yet")
}

// Lapsed lists pending bookings whose lease has passed and gives them a new lease, so that one sweeper at a time asks.
func (l *Live) Lapsed(ctx context.Context, event string, limit int, lease time.Duration) ([]PendingBooking, error) {
	panic("not yet")
}

// Expire frees the seats of at most limit holds whose deadline has passed and returns the next deadline (zero: none).
func (l *Live) Expire(ctx context.Context, event string, limit int) (freed int, next time.Time, err error) {
	panic("not yet")
}

// Change is one seat's transition within a zone.
type Change struct {
	Index int
	State State
}

// Delta carries a zone from version From to Version; states are absolute.
type Delta struct {
	Epoch   int64
	From    int64
	Version int64
	At      time.Time // of the last change, by the clock of Redis
	Changes []Change
}

// Snapshot is a zone at a version, as one script saw it. States is one ASCII digit per seat.
type Snapshot struct {
	Epoch   int64
	Version int64
	At      time.Time // of the last change (zero: none yet)
	Now     time.Time
	States  []byte
}

// Snapshot expires what is due in the event and returns the zone. Codes: unavailable, not_found.
func (l *Live) Snapshot(ctx context.Context, event, zone string) (Snapshot, error) {
	panic("not yet")
}

// Since returns the deltas after version (which was made at the time at, under epoch), from the log.
// ok is false when the log no longer reaches back, has another time at that version, or the epoch is another.
func (l *Live) Since(ctx context.Context, event, zone string, epoch, version int64, at time.Time) (deltas []Delta, ok bool, err error) {
	panic("not yet")
}

// ZoneRef names a zone of an event.
type ZoneRef struct{ Event, Zone string }

// Head is where a zone is. Open is false while the event is not open.
type Head struct {
	Open    bool
	Epoch   int64
	Version int64
}

// Heads returns the heads of all zones in one pipeline.
func (l *Live) Heads(ctx context.Context, zones []ZoneRef) ([]Head, error) { panic("not yet") }

// ZoneCount is how many places of a zone are in each state.
type ZoneCount struct {
	Zone                             string
	Available, Held, Booked, Blocked int
}

// Overview is an event at a glance. Codes: unavailable.
type Overview struct {
	Epoch    int64
	Revision int64
	Policy   Policy
	Zones    []ZoneCount
}

// Overview returns the counts of all zones. Codes: unavailable.
func (l *Live) Overview(ctx context.Context, event string) (Overview, error) { panic("not yet") }

// Configure writes the policy if its fence is not older than the stored one.
func (l *Live) Configure(ctx context.Context, event string, p Policy) error { panic("not yet") }

// ZoneLoad is a zone as the database knows it: states by index, available where nothing else is said.
type ZoneLoad struct {
	Zone   string
	States []byte // ASCII digits: available, booked, blocked
}

// EventLoad is an event as the database knows it at a revision.
type EventLoad struct {
	Event    string
	Epoch    int64
	Revision int64
	Policy   Policy
	Zones    []ZoneLoad
	// Confirmed is how many seats each buyer has in confirmed bookings, for the cap.
	Confirmed map[string]int
}

// Load opens an event in Redis. It writes only over an older or absent epoch, keeps live holds and
// pending bookings on seats that the database leaves free, and clears the logs. loaded is false when the stored epoch is not older.
func (l *Live) Load(ctx context.Context, e EventLoad) (loaded bool, err error) { panic("not yet") }

// ClaimRebuild is true for the one caller that shall put a rebuild record on the log (SET NX with this time to live).
func (l *Live) ClaimRebuild(ctx context.Context, event string, ttl time.Duration) (bool, error) {
	panic("not yet")
}

// ClearEvent removes every key of an event (jari event reset).
func (l *Live) ClearEvent(ctx context.Context, event string) error { panic("not yet") }

// DecidedSeat is a seat and what the database now says of it: available, booked or blocked.
type DecidedSeat struct {
	Zone  string
	Index int
	Seat  string
	State State
}

// Decision is one revision of the database, to be shown in Redis.
type Decision struct {
	Event     string
	Revision  int64
	Booking   string // empty for block and unblock
	Buyer     string
	Status    string // of the booking: confirmed, rejected, cancelled
	Notice    []byte // the public JSON of the booking, told to the buyer; empty: nobody is told
	Confirmed int    // change of the buyer's confirmed count (cap): + when confirmed, - when cancelled
	Seats     []DecidedSeat
}

// Applied is what became of a decision.
type Applied int

const (
	AppliedNow   Applied = iota // written
	AppliedOld                  // at or below the loaded revision: skipped
	AppliedLater                // the event is not open: wait for its rebuild
)

// Apply shows a decision in Redis. Sold: booked whoever held it (that other buyer is told: lost).
// Not sold: available only where the seat still names this booking.
func (l *Live) Apply(ctx context.Context, d Decision) (Applied, error) { panic("not yet") }

// ZoneChannel and NoticeChannel name the pub/sub channels of an event.
func ZoneChannel(event, zone string) string { return "zone:{e" + event + "}:" + zone }
func NoticeChannel(event string) string     { return "notices:{e" + event + "}" }

// ParseDelta reads a message of a ZoneChannel.
func ParseDelta(b []byte) (Delta, error) { panic("not yet") }

// Cause says why a buyer's hold is another one now.
type Cause string

const (
	CauseChanged Cause = "changed"
	CauseExpired Cause = "expired"
	CauseLost    Cause = "lost"
	CauseBooked  Cause = "booked"
)

// Notice is a private message of a NoticeChannel: a hold that changed, or a booking.
// When Booking is not nil it is the booking's public JSON; else Hold (nil: none any more) and Cause.
type Notice struct {
	Buyer   string
	Cause   Cause
	Hold    *Hold
	Booking []byte
}

// ParseNotice reads a message of a NoticeChannel of that event.
func ParseNotice(event string, b []byte) (Notice, error) { panic("not yet") }
