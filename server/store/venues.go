package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"jari/seatmap"
)

// Venue is a building with its present plan.
type Venue struct {
	ID, Name, PlanHash string
}

type venueRow struct {
	ID       string `gorm:"column:id;primaryKey"`
	Name     string `gorm:"column:name"`
	PlanHash string `gorm:"column:plan_hash"`
	Updated  int64  `gorm:"column:updated_at"`
}

func (venueRow) TableName() string { return "venues" }

type planRow struct {
	Hash    string `gorm:"column:hash;primaryKey"`
	Body    string `gorm:"column:body"`
	Created int64  `gorm:"column:created_at"`
}

func (planRow) TableName() string { return "plans" }

// PutVenue stores a venue and its plan (immutable, by hash); the same venue again is success. A venue that exists gets the plan
// as its present one: events keep theirs. Codes: invalid (an unsound plan).
func (s *Store) PutVenue(ctx context.Context, id string, p *seatmap.Plan) (Venue, error) {
	if id == "" || len(id) > 64 {
		return Venue{}, &seatmap.Refusal{Code: seatmap.CodeInvalid, Detail: "a venue id has 1 to 64 characters"}
	}
	if err := p.Check(); err != nil {
		return Venue{}, &seatmap.Refusal{Code: seatmap.CodeInvalid, Detail: "plan: " + err.Error()}
	}
	body, err := json.Marshal(p)
	if err != nil {
		return Venue{}, fmt.Errorf("encode plan: %w", err)
	}
	v := Venue{ID: id, Name: shorten(p.Name, 255), PlanHash: p.Hash()}
	if v.Name == "" {
		v.Name = id
	}
	err = s.retry(ctx, func(tx *gorm.DB) error {
		if err := putPlan(tx, planRow{Hash: v.PlanHash, Body: string(body), Created: ms(s.now())}); err != nil {
			return err
		}
		row := venueRow{ID: v.ID, Name: v.Name, PlanHash: v.PlanHash, Updated: ms(s.now())}
		up := tx.Model(&venueRow{}).Where("id = ?", id).
			Updates(map[string]any{"name": row.Name, "plan_hash": row.PlanHash, "updated_at": row.Updated})
		if up.Error != nil || up.RowsAffected > 0 {
			return up.Error
		}
		return tx.Create(&row).Error
	})
	if err != nil {
		return Venue{}, fmt.Errorf("store venue %s: %w", id, err)
	}
	return v, nil
}

func putPlan(tx *gorm.DB, row planRow) error {
	var have int64
	if err := tx.Model(&planRow{}).Where("hash = ?", row.Hash).Count(&have).Error; err != nil {
		return err
	}
	if have > 0 {
		return nil
	}
	return tx.Create(&row).Error
}

// shorten cuts at a rune's edge; limit is in characters.
func shorten(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return string(r[:limit])
	}
	return s
}

// Venues lists all venues by id.
func (s *Store) Venues(ctx context.Context) ([]Venue, error) {
	var rows []venueRow
	if err := s.r.WithContext(ctx).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list venues: %w", err)
	}
	out := make([]Venue, len(rows))
	for i, r := range rows {
		out[i] = Venue{ID: r.ID, Name: r.Name, PlanHash: r.PlanHash}
	}
	return out, nil
}

// Venue returns one; ErrNotFound.
func (s *Store) Venue(ctx context.Context, id string) (Venue, error) {
	var row venueRow
	if err := s.r.WithContext(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return Venue{}, fmt.Errorf("venue %q: %w", id, missing(err))
	}
	return Venue{ID: row.ID, Name: row.Name, PlanHash: row.PlanHash}, nil
}

// Plan returns the plan of that hash; ErrNotFound.
func (s *Store) Plan(ctx context.Context, hash string) (*seatmap.Plan, error) {
	var row planRow
	if err := s.r.WithContext(ctx).Where("hash = ?", hash).Take(&row).Error; err != nil {
		return nil, fmt.Errorf("plan %q: %w", hash, missing(err))
	}
	p := new(seatmap.Plan)
	if err := json.Unmarshal([]byte(row.Body), p); err != nil {
		return nil, fmt.Errorf("decode plan %q: %w", hash, err)
	}
	return p, nil
}

// missing turns GORM's word for no row into ours.
func missing(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return ErrNotFound
	}
	return err
}
