package stream

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
)

// admin asks brokers about topics, and knows why they do not answer: an admin client by itself would only say that time has passed.
type admin struct {
	client *kafka.AdminClient
	ctx    context.Context // ends when the brokers refuse us: no patience helps

	access   Access
	producer *kafka.Producer // of the same connections; its events and its log tell what is wrong
	cancel   context.CancelCauseFunc
	reading  sync.WaitGroup

	mu   sync.Mutex
	last error // guarded by mu: the last trouble with the brokers
}

// openAdmin dials nothing yet.
func openAdmin(ctx context.Context, cfg Config) (*admin, error) {
	producer, err := kafka.NewProducer(settings(cfg, nil))
	if err != nil {
		return nil, fmt.Errorf("open kafka admin client: %w", err)
	}
	client, err := kafka.NewAdminClientFromProducer(producer)
	if err != nil {
		producer.Close()
		return nil, fmt.Errorf("open kafka admin client: %w", err)
	}
	a := &admin{client: client, access: cfg.Access, producer: producer}
	a.ctx, a.cancel = context.WithCancelCause(ctx)
	a.reading.Go(a.readEvents)
	a.reading.Go(a.readLog)
	return a, nil
}

func (a *admin) readEvents() {
	for event := range a.producer.Events() {
		if e, ok := event.(kafka.Error); ok && refused(e) {
			a.cancel(fmt.Errorf("the kafka brokers refuse the connection: %w", e))
		}
	}
}

// readLog hears also what is no event: that a broker hangs up.
func (a *admin) readLog() {
	for e := range a.producer.Logs() {
		if e.Tag != "FAIL" { // of a connection
			continue
		}
		text := e.Message
		if _, after, named := strings.Cut(text, "]: "); named { // the thread
			text = after
		}
		a.mu.Lock()
		a.last = errors.New(text + a.access.perhaps(text))
		a.mu.Unlock()
	}
}

// refused reports whether no repetition helps: another password or certificate is needed.
func refused(err error) bool {
	switch code(err) {
	case kafka.ErrAuthentication, kafka.ErrSsl, kafka.ErrSaslAuthenticationFailed, kafka.ErrUnsupportedSaslMechanism:
		return true
	}
	return false
}

// explain adds to an error that only says that time has passed what the trouble was.
func (a *admin) explain(err error) error {
	if err == nil {
		return nil
	}
	if cause := context.Cause(a.ctx); cause != nil && refused(cause) {
		return cause
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.last == nil || !errors.Is(err, context.DeadlineExceeded) && code(err) != kafka.ErrTimedOut {
		return err
	}
	return fmt.Errorf("%w (%w)", err, a.last)
}

func (a *admin) close() {
	a.client.Close()
	a.producer.Close()
	a.reading.Wait()
	a.cancel(nil)
}
