package seatmap

import (
	"cmp"
	"slices"
)

// spreadWeight makes a party that sits a pitch tighter worth four pitches of nearness: it came together.
const spreadWeight = 4

// apart finds groups when none sits together: in the fewest rows of the whole house, of one zone when one zone has as few,
// then close together and near the focus.
func (s *search) apart() []candidate {
	rows := s.usableRows(0, len(s.rows))
	fewest := fewestRows(rows, s.quantity)
	switch fewest {
	case 0:
		return nil
	case 1:
		return s.inOneRow(rows)
	}
	var found []candidate
	for _, z := range s.zones {
		rows := s.usableRows(z.rowFrom, z.rowTo)
		if fewestRows(rows, s.quantity) == fewest {
			found = append(found, s.inNeighbouringRows(rows, fewest)...)
		}
	}
	if len(found) == 0 {
		found = s.inAnyRows(rows, fewest)
	}
	return found
}

// usableRow is a row with the seats of it that could be given.
type usableRow struct {
	row   int
	seats []int
}

func (s *search) usableRows(from, to int) []usableRow {
	var rows []usableRow
	for r := from; r < to; r++ {
		var seats []int
		for i := s.rows[r].from; i < s.rows[r].to; i++ {
			if s.usable[i] {
				seats = append(seats, i)
			}
		}
		if len(seats) > 0 {
			rows = append(rows, usableRow{r, seats})
		}
	}
	return rows
}

// fewestRows is how many rows the quantity takes at least, 0 when all of them do not do.
func fewestRows(rows []usableRow, quantity int) int {
	for n, row := range byLength(rows) {
		if quantity -= len(row.seats); quantity <= 0 {
			return n + 1
		}
	}
	return 0
}

// byLength are the rows with the most seats first, the first of equals in the plan before the others.
func byLength(rows []usableRow) []usableRow {
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b usableRow) int { return cmp.Compare(len(b.seats), len(a.seats)) })
	return sorted
}

func (s *search) inOneRow(rows []usableRow) []candidate {
	var found []candidate
	for _, row := range rows {
		for from := 0; from+s.quantity <= len(row.seats); from++ {
			found = append(found, s.listed(row.seats[from:from+s.quantity]))
		}
	}
	return found
}

// inNeighbouringRows finds from each row of a zone the nearest one behind it that completes a group of so many rows.
func (s *search) inNeighbouringRows(rows []usableRow, fewest int) []candidate {
	var found []candidate
	for from := range rows {
		var longest []usableRow // of rows[from:to], at most fewest of them
		seats := 0
		for to := from; to < len(rows) && seats < s.quantity; to++ {
			at, _ := slices.BinarySearchFunc(longest, rows[to], func(a, b usableRow) int {
				return cmp.Or(cmp.Compare(len(b.seats), len(a.seats)), cmp.Compare(a.row, b.row))
			})
			longest = slices.Insert(longest, at, rows[to])
			seats += len(rows[to].seats)
			if len(longest) > fewest {
				seats -= len(longest[fewest].seats)
				longest = longest[:fewest]
			}
		}
		if seats < s.quantity {
			break
		}
		found = append(found, s.closest(longest))
	}
	return found
}

// inAnyRows takes the longest rows of the house, then the longest of the others as long as they do.
func (s *search) inAnyRows(rows []usableRow, fewest int) []candidate {
	var found []candidate
	for sorted := byLength(rows); fewestRows(sorted, s.quantity) == fewest; sorted = sorted[fewest:] {
		found = append(found, s.closest(sorted[:fewest]))
	}
	return found
}

// closest is the group around the best seat of the rows. It uses every one of them when they are as few as can be.
func (s *search) closest(rows []usableRow) candidate {
	var pool []int
	for _, row := range rows {
		pool = append(pool, row.seats...)
	}
	best := slices.MinFunc(pool, func(a, b int) int {
		return cmp.Or(cmp.Compare(s.score(s.at[a]), s.score(s.at[b])), cmp.Compare(a, b))
	})
	slices.SortFunc(pool, func(a, b int) int {
		return cmp.Or(cmp.Compare(Distance(s.at[a], s.at[best]), Distance(s.at[b], s.at[best])), cmp.Compare(a, b))
	})
	group := pool[:s.quantity]
	slices.Sort(group)
	return s.listed(group)
}

// listed is the candidate of seats that are given in the order of the plan.
func (s *search) listed(seats []int) candidate {
	n := float64(len(seats))
	var middle Point
	for _, i := range seats {
		middle.X, middle.Y = middle.X+s.at[i].X/n, middle.Y+s.at[i].Y/n
	}
	spread := 0.0
	for _, i := range seats {
		spread += Distance(s.at[i], middle) / n
	}
	return candidate{orphans: s.orphansAmong(seats), score: s.score(middle) + spreadWeight*spread, first: seats[0], list: seats}
}

// orphansAmong counts the free seats left alone when the seats are taken.
func (s *search) orphansAmong(seats []int) int {
	stays := func(run int32, i int) bool {
		if i < 0 || i >= s.total || s.runOf[i] != run || !s.free[i] {
			return false
		}
		_, taken := slices.BinarySearch(seats, i)
		return !taken
	}
	orphans, counted := 0, -1
	for _, seat := range seats {
		run := s.runOf[seat]
		for _, i := range []int{seat - 1, seat + 1} {
			if i > counted && stays(run, i) && !stays(run, i-1) && !stays(run, i+1) {
				orphans, counted = orphans+1, i
			}
		}
	}
	return orphans
}
