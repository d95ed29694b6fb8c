package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// seatZones are the zones of an event that have numbered seats: all, or the one that is named.
func seatZones(e Event, zone string) ([]EventZone, error) {
	var all []EventZone
	var ids []string
	for _, z := range e.Zones {
		if z.Kind == "seats" {
			all = append(all, z)
			ids = append(ids, z.ID)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("event %s has no zone with seats", e.ID)
	}
	if zone == "" {
		return all, nil
	}
	if i := slices.Index(ids, zone); i >= 0 {
		return all[i : i+1], nil
	}
	for _, z := range e.Zones {
		if z.ID == zone {
			return nil, fmt.Errorf("zone %s has no numbered seats; zones with seats are %s", zone, strings.Join(ids, ", "))
		}
	}
	return nil, fmt.Errorf("no zone %s in event %s; zones are %s", zone, e.ID, strings.Join(ids, ", "))
}

// seatsNow returns the seats of a zone and the state of each.
func seatsNow(ctx context.Context, api *API, event, zone string) (ids []string, states string, err error) {
	seats, err := api.zoneSeats(ctx, event, zone)
	if err != nil {
		return nil, "", err
	}
	state, err := api.zoneState(ctx, event, zone)
	if err != nil {
		return nil, "", err
	}
	if len(state.States) != len(seats.Seats) {
		return nil, "", fmt.Errorf("zone %s: its number of seats is %d, of their states %d", zone, len(seats.Seats), len(state.States))
	}
	for _, s := range seats.Seats {
		ids = append(ids, s.ID)
	}
	return ids, state.States, nil
}

// freeIn returns the free seats of a zone, in plan order.
func freeIn(ctx context.Context, api *API, event, zone string) ([]HeldSeat, error) {
	ids, states, err := seatsNow(ctx, api, event, zone)
	var free []HeldSeat
	for i, id := range ids {
		if states[i] == available {
			free = append(free, HeldSeat{Zone: zone, Seat: id})
		}
	}
	return free, err
}

// freeSeats returns at least want free numbered seats of the event (of one zone if it is named), in plan order.
func freeSeats(ctx context.Context, api *API, event, zone string, want int) ([]HeldSeat, error) {
	e, err := api.event(ctx, event)
	if err != nil {
		return nil, err
	}
	zones, err := seatZones(e, zone)
	if err != nil {
		return nil, err
	}
	var free []HeldSeat
	for _, z := range zones {
		more, err := freeIn(ctx, api, event, z.ID)
		if err != nil {
			return nil, err
		}
		if free = append(free, more...); len(free) >= want {
			return free, nil
		}
	}
	where := "event " + event
	if zone != "" {
		where = "zone " + zone + " of " + where
	}
	return nil, fmt.Errorf("%s has too few free seats: %d, needed %d", where, len(free), want)
}

// findSeat returns the wanted seat, or the first free one of the zone, or of the first zone with a free one. A seat that is not free
// cannot be raced for: nobody would win, whatever the server does.
func findSeat(ctx context.Context, api *API, event, zone, seat string) (HeldSeat, error) {
	if seat == "" {
		free, err := freeSeats(ctx, api, event, zone, 1)
		if err != nil {
			return HeldSeat{}, err
		}
		return free[0], nil
	}
	e, err := api.event(ctx, event)
	if err != nil {
		return HeldSeat{}, err
	}
	zones, err := seatZones(e, zone)
	if err != nil {
		return HeldSeat{}, err
	}
	for _, z := range zones { // a seat's id is unique in a plan
		ids, states, err := seatsNow(ctx, api, event, z.ID)
		if err != nil {
			return HeldSeat{}, err
		}
		switch i := slices.Index(ids, seat); {
		case i < 0:
		case states[i] != available:
			return HeldSeat{}, fmt.Errorf("seat %s of zone %s is not free", seat, z.ID)
		default:
			return HeldSeat{Zone: z.ID, Seat: seat}, nil
		}
	}
	if zone != "" {
		return HeldSeat{}, fmt.Errorf("no such seat: zone %s of event %s has no seat %q", zone, event, seat)
	}
	return HeldSeat{}, fmt.Errorf("no such seat: event %s has no seat %q", event, seat)
}

// seatIndexes is where each seat of a zone is in its list.
func seatIndexes(ctx context.Context, api *API, event, zone string) (map[string]int, error) {
	seats, err := api.zoneSeats(ctx, event, zone)
	if err != nil {
		return nil, err
	}
	index := make(map[string]int, len(seats.Seats))
	for i, s := range seats.Seats {
		index[s.ID] = i
	}
	return index, nil
}
