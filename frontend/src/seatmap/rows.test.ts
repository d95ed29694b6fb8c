import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { Seat } from '@/protocol/shapes'
import { houseOf, seatsOf } from '@/testing/plan'
import { compareRows, placeOf, rowsOf, tableOf } from './rows'

type Place = [x: number, y: number]

const straight = (xs: number[], y = 0): Place[] => xs.map((x) => [x, y])
const turned = (degrees: number) => (p: Place): Place => {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)]
  return [p[0] * cos - p[1] * sin, p[0] * sin + p[1] * cos]
}
const arc = (n: number, radius: number, from: number, to: number): Place[] =>
  Array.from({ length: n }, (_, i) => turned(from + ((to - from) * i) / (n - 1))([radius, 0]))
const range = (n: number, from = 0, step = 10) => Array.from({ length: n }, (_, i) => from + i * step)

const cases: [what: string, places: Place[], runs: string][] = [
  ['a straight row', straight(range(5)), '1 2 3 4 5'],
  ['an aisle', straight([0, 10, 20, 42, 52]), '1 2 3 | 4 5'],
  ['a wheelchair place is half as wide again', straight([0, 15, 25, 35]), '1 2 3 4'],
  ['a seat alone behind an aisle', straight([0, 30, 40, 50]), '1 | 2 3 4'],
  ['a curved row', arc(12, 100, -30, 30), '1 2 3 4 5 6 7 8 9 10 11 12'],
  ['a curved row with an aisle', [...arc(6, 100, -40, -10), ...arc(6, 100, 10, 40)], '1 2 3 4 5 6 | 7 8 9 10 11 12'],
  ['a rotated row with an aisle', straight([0, 10, 20, 45, 55]).map(turned(37)), '1 2 3 | 4 5'],
  ['odd numbers first, then even ones', straight([0, 20, 40, 60, 10, 30, 50]), '1 5 2 6 3 7 4'],
  ['from right to left', straight([40, 30, 20, 10, 0]), '1 2 3 4 5'],
  ['in disorder around a half circle', [0, 7, 2, 9, 4, 11, 6, 1, 8, 3, 10, 5].flatMap((i) => arc(12, 38, 0, 180).slice(i, i + 1)), '1 8 3 10 5 12 7 2 9 4 11 6'],
  ['seats on top of each other', [[0, 0], [0, 0], [10, 0], [20, 0]], '1 2 3 4'],
  ['one seat', straight([3]), '1'],
]

test.each(cases)('rows: %s', (_, places, runs) => {
  const zone = houseOf([seatsOf('A', places)]).zones[0]
  if (!zone) throw new Error('no zone')
  const [row, ...others] = rowsOf(zone)
  expect(others).toEqual([])
  expect(row?.runs.map((r) => r.seats.map((s) => s.seat.number).join(' ')).join(' | ')).toBe(runs)
  expect(row?.seats.length).toBe(places.length)
})

test('rows are in the order of the plan, each with its own seats, also where their seats alternate', () => {
  const a = seatsOf('A', straight(range(3), 0))
  const b = seatsOf('B', straight(range(3), 12))
  const mixed: Seat[] = a.flatMap((s, i) => [s, ...b.slice(i, i + 1)])
  const zone = houseOf([mixed]).zones[0]
  if (!zone) throw new Error('no zone')
  expect(rowsOf(zone).map((r) => [r.name, r.seats.map((s) => s.seat.id).join(' ')])).toEqual([
    ['A', 'A-1 A-2 A-3'],
    ['B', 'B-1 B-2 B-3'],
  ])
  for (const row of rowsOf(zone)) for (const ref of row.seats) expect(zone.seats[ref.index]).toBe(ref.seat)
})

test('two places at the ends of an otherwise empty row are no neighbours', () => {
  const zone = houseOf([[...seatsOf('A', straight(range(6))), ...seatsOf('B', straight([0, 50], 12))]]).zones[0]
  if (!zone) throw new Error('no zone')
  expect(rowsOf(zone)[1]?.runs.length).toBe(2)
})

test('a round table is a ring, a row of three and a horseshoe are none', () => {
  const table = arc(9, 14, 0, 360).slice(0, 8)
  const zone = houseOf([[...seatsOf('T', table), ...seatsOf('U', straight(range(3), 60)), ...seatsOf('V', arc(14, 60, 20, 160))]]).zones[0]
  if (!zone) throw new Error('no zone')
  expect(rowsOf(zone).map((r) => r.runs.map((run) => run.ring))).toEqual([[true], [false], [false]])
})

test('a seat knows its place in its run', () => {
  const zone = houseOf([seatsOf('A', straight([0, 10, 40, 50, 60]))]).zones[0]
  const seat = zone?.seats[3]
  if (!zone || !seat) throw new Error('no seat')
  const place = placeOf({ zone, index: 3, seat })
  expect([place?.row.name, place?.run.seats.map((s) => s.seat.number), place?.at]).toEqual(['A', ['3', '4', '5'], 1])
})

test('a zone without its seats has no rows, and has them when they came', () => {
  const zone = houseOf([[]]).zones[0]
  if (!zone) throw new Error('no zone')
  expect(rowsOf(zone)).toEqual([])
  zone.seats = seatsOf('A', straight(range(3)))
  expect(rowsOf(zone).map((r) => r.seats.length)).toEqual([3])
})

test.each([
  ['numbers', '1 2 10'],
  ['letters, twice after once', 'A B Z AA BB'],
  ['both', 'A1 A2 A10 B1'],
])('rows are listed as people count them: %s', (_, names) => {
  const rows = names.split(' ').map((name) => ({ name, seats: [], runs: [] }))
  expect([...rows].reverse().sort(compareRows)).toEqual(rows)
})

/** The labels by which the server's reader of plans is tested too: neither takes a row for a table alone. */
const LABELS = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../seatmap/testdata/tables.json'), 'utf8')) as { tables: Record<string, string>; rows: string[] }

test.each([...Object.entries(LABELS.tables), ...LABELS.rows.map((row) => [row, null] as const)])('the row %j is the table %j', (row, table) => {
  expect(tableOf(row)).toBe(table)
})
