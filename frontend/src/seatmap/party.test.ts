import { describe, expect, test } from 'vitest'
import type { Seat } from '@/protocol/shapes'
import { houseOf } from '@/testing/plan'
import type { PlanModel, SeatRef } from './model'
import { nearestTo } from './nearest'
import { besides, orphansLeft } from './orphan'
import { isSpecial, partyAt } from './party'
import { placeOf } from './rows'

/**
 * A house drawn with letters, a row a line: `.` free, `x` taken, `|` an aisle, `v` free and dearer, `A` for a wheelchair, `C` for
 * a companion, `f` free and filtered out. Seats are ten units apart and named by row letter and column.
 */
function drawn(text: string): { plan: PlanModel; free: (s: SeatRef) => boolean; wanted: (s: SeatRef) => boolean; at: (id: string) => SeatRef } {
  const taken = new Set<string>()
  const out = new Set<string>()
  const seats: Seat[] = text.split('\n').flatMap((line, r) => {
    const row = String.fromCharCode(65 + r)
    return [...line].flatMap((c, i) => {
      if (c === '|') return []
      const id = `${row}${i + 1}`
      if (c === 'x') taken.add(id)
      if (c === 'f') out.add(id)
      const more = { ...(c === 'A' && { accessible: true }), ...(c === 'C' && { companion: true }) }
      return { id, row, number: String(i + 1), x: 10 * i, y: 12 * r, category: c === 'v' ? 'vip' : 'r', ...more }
    })
  })
  const plan = houseOf([seats])
  const at = (id: string) => {
    const ref = plan.seat.get(id)
    if (!ref) throw new Error(`no seat ${id}`)
    return ref
  }
  return { plan, at, free: (s) => !taken.has(s.seat.id), wanted: (s) => !out.has(s.seat.id) }
}

const names = (seats: readonly SeatRef[] | undefined) => seats?.map((s) => s.seat.id).join(' ')

describe('a click takes a party', () => {
  test.each([
    ['around the seat', '.........', 'A5', 3, 'A4 A5 A6'],
    ['one alone', '.........', 'A5', 1, 'A5'],
    ['up to the end of the row', '......', 'A6', 3, 'A4 A5 A6'],
    ['never across an aisle', '..|....', 'A2', 2, 'A1 A2'],
    ['beside the taken', '..x....x', 'A4', 3, 'A4 A5 A6'],
    ['without an orphan at the end', '.....x', 'A4', 3, 'A3 A4 A5'],
    ['without an orphan at the aisle', '....|...', 'A3', 3, 'A2 A3 A4'],
    ['with an orphan where it must be', 'x...x', 'A3', 2, 'A2 A3'],
    ['of one price', '..vvvv', 'A3', 2, 'A3 A4'],
    ['of two prices where it must be', '.vxxxx', 'A2', 2, 'A1 A2'],
    ['no wheelchair places unasked', 'AC...', 'A3', 2, 'A3 A4'],
    ['a wheelchair place with its companion', 'AC...', 'A1', 2, 'A1 A2'],
    ['a wheelchair place and a family', 'AC...', 'A1', 4, 'A1 A2 A3 A4'],
    ['only what the filter leaves', '..ff..', 'A5', 2, 'A5 A6'],
    ['as many as there are', 'x..x...', 'A2', 4, 'A2 A3'],
  ])('%s', (_, text, id, size, want) => {
    const { at, ...choice } = drawn(text)
    expect(names(partyAt(at(id), size, choice)?.seats)).toBe(want)
  })

  test.each([
    ['a taken seat', 'x..', 'A1'],
    ['a seat that is filtered out', 'f..', 'A1'],
  ])('but nobody gets %s', (_, text, id) => {
    const { at, ...choice } = drawn(text)
    expect(partyAt(at(id), 1, choice)).toBeNull()
  })

  test('around a table', () => {
    const seats: Seat[] = Array.from({ length: 8 }, (_, i) => ({
      id: `T${i + 1}`, row: 'T', number: String(i + 1), x: 14 * Math.cos((i * Math.PI) / 4), y: 14 * Math.sin((i * Math.PI) / 4), category: 'r',
    }))
    const plan = houseOf([seats])
    const first = plan.seat.get('T1')
    if (!first) throw new Error('no table')
    const all = { free: () => true, wanted: () => true }
    expect(names(partyAt(first, 3, all)?.seats)).toBe('T8 T1 T2')
    expect(partyAt(first, 8, all)?.seats.length).toBe(8)
    expect(partyAt(first, 9, all)?.seats.length).toBe(8)
  })
})

test.each([
  ['the end of the row', '.....', 'A2', 'A1'],
  ['an aisle', '...|...', 'A2', 'A1 A3'],
  ['a taken seat', 'x.....', 'A3', 'A2'],
  ['two are no orphan', '.....', 'A3', ''],
  ['what was alone before', 'x.x....', 'A4 A5', ''],
  ['both sides of a party', 'x.....x', 'A3 A4 A5', 'A2 A6'],
  ['between two of ours', '.......', 'A3 A5', 'A4'],
])('an orphan: %s', (_, text, chosen, want) => {
  const { at, free } = drawn(text)
  expect(names(orphansLeft(chosen.split(' ').map(at), free))).toBe(want)
})

describe('the nearest that can be had', () => {
  const price = (s: SeatRef) => (s.seat.category === 'vip' ? 180 : 150)
  test.each([
    ['beside it', '...x.....', 'A4', 1, 'A3'],
    ['the row behind before far off in the row', 'xxxxxx..\n........', 'A3', 1, 'B3'],
    ['the same price before nearer', 'vxvv\nxxxx\n..xx', 'A2', 1, 'C2'],
    ['together', 'x.x..\n.....', 'A1', 2, 'B1 B2'],
    ['what the filter leaves', 'xff..', 'A1', 1, 'A5'],
    ['no wheelchair place', 'xAC..', 'A1', 1, 'A5'],
    ['a wheelchair place for one', '...x\n..AC', 'B3', 1, 'B4'],
    ['rather without an orphan', 'x..x\n....', 'A1', 1, 'B1'],
  ])('%s', (_, text, id, size, want) => {
    const { at, plan, ...choice } = drawn(text)
    expect(names(nearestTo([at(id)], size, plan.zones, { ...choice, price, except: [at(id)] })?.seats)).toBe(want)
  })

  test('is nothing where nothing is left', () => {
    const { at, plan, ...choice } = drawn('x.x.x')
    expect(nearestTo([at('A1')], 2, plan.zones, { ...choice, price })).toBeNull()
  })
})

/** A generator of numbers below n that is the same every time. */
function dice(seed: number): (n: number) => number {
  let state = seed * 2654435761 + 1
  return (n) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39) >>> 0
    return (state >>> 8) % n
  }
}

test('in any house a party sits together, with the seat, on free seats, and leaves no orphan where it need not', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const roll = dice(seed)
    const line = () => Array.from({ length: 6 + roll(14) }, () => '....xx|fAC'[roll(10)]).join('')
    const text = `${line()}.\n${line()}.`
    const { plan, free, wanted } = drawn(text)
    const choice = { free, wanted }
    const all = [...plan.seat.values()]
    const ref = all[roll(all.length)]
    const size = 1 + roll(6)
    if (!ref) continue
    const party = partyAt(ref, size, choice)
    const where = `seed ${seed}: ${size} at ${ref.seat.id} in\n${text}`
    const usable = (s: SeatRef) => free(s) && wanted(s) && (isSpecial(ref) || !isSpecial(s))
    if (!party) {
      expect(usable(ref), where).toBe(false)
      continue
    }
    expect(party.seats.some((s) => s.seat.id === ref.seat.id), where).toBe(true)
    expect(party.seats.every(usable), where).toBe(true)
    expect(party.seats.length, where).toBeLessThanOrEqual(size)
    party.seats.slice(1).forEach((s, i) => {
      expect(besides(s).some((b) => b.seat.id === party.seats[i]?.seat.id), where).toBe(true)
    })
    expect(new Set(party.seats.map((s) => placeOf(s)?.run)).size, where).toBe(1)
    // By hand: every group of this many in the row that has the seat.
    const run = placeOf(ref)?.run.seats ?? []
    const groups = run.map((_, i) => run.slice(i, i + size)).filter((g) => g.length === size && g.every(usable) && g.some((s) => s.seat.id === ref.seat.id))
    if (groups.length === 0) {
      expect(party.seats.length, where).toBeLessThan(size)
      continue
    }
    expect(party.seats.length, where).toBe(size)
    expect(party.orphans.length, where).toBe(Math.min(...groups.map((g) => orphansLeft(g, free).length)))
    const other = nearestTo([ref], size, plan.zones, { ...choice, price: () => 1 })
    expect(isSpecial(ref) || other !== null, where).toBe(true)
  }
})
