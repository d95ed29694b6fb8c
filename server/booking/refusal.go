package booking

import (
	"context"
	"errors"
	"fmt"

	"jari/seatmap"
	"jari/server/store"
)

// refusal turns what went wrong into an answer: a refused rule stays one, an unknown event or booking is not_found, and a
// database that is away is unavailable.
func (d *Desk) refusal(doing string, err error) error {
	if _, ok := errors.AsType[*seatmap.Refusal](err); ok {
		return err
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return refuse(seatmap.CodeNotFound, "")
	case errors.Is(err, context.Canceled), store.BadData(err), errors.Is(err, errWrong):
		return fmt.Errorf("%s: %w", doing, err)
	}
	return d.unavailable("", fmt.Errorf("%s: %w", doing, err))
}

// errWrong marks what must not be and no repetition mends: a mistake of ours.
var errWrong = errors.New("the database contradicts itself")

func (d *Desk) unavailable(detail string, cause error) *seatmap.Refusal {
	return &seatmap.Refusal{Code: seatmap.CodeUnavailable, Detail: detail, RetryAfter: d.cfg.RetryAfter, Err: cause}
}

func refuse(code seatmap.Code, detail string) *seatmap.Refusal {
	return &seatmap.Refusal{Code: code, Detail: detail}
}

// code is the code of a refusal, empty for anything else.
func code(err error) seatmap.Code {
	if refusal, ok := errors.AsType[*seatmap.Refusal](err); ok {
		return refusal.Code
	}
	return ""
}
