import { describe, expect, it } from 'vitest'
import type { Booking, EventInfo } from '@/protocol/shapes'
import { smallHouse } from '@/testing/plan'
import { grouped, groupOf } from './useGroups'

const NOW = Date.parse('2026-12-05T12:00:00.000Z')
const event = (id: string, starts_at: string, ends_at: string | null = null): EventInfo => ({ ...smallHouse().event, id, starts_at, ends_at })
const booking = (id: string, of: string, status: Booking['status'] = 'confirmed', created_at = '2026-12-01T00:00:00.000Z'): Booking => ({
  id, reference: '7KQ2MXAB', status, event: of, seats: [], total: { amount: 0, currency: 'KRW' }, created_at,
})

describe('a booking', () => {
  it.each([
    ['that comes', 'confirmed', '2026-12-06T00:00:00.000Z', null, 'upcoming'],
    ['whose evening has begun', 'confirmed', '2026-12-05T11:00:00.000Z', null, 'upcoming'],
    ['whose evening must be over', 'confirmed', '2026-12-05T07:59:00.000Z', null, 'past'],
    ['that is long, and goes on', 'confirmed', '2026-12-05T00:00:00.000Z', '2026-12-05T12:00:01.000Z', 'upcoming'],
    ['that has just ended', 'confirmed', '2026-12-05T10:00:00.000Z', '2026-12-05T12:00:00.000Z', 'past'],
    ['on its way', 'pending', '2026-12-06T00:00:00.000Z', null, 'upcoming'],
    ['that was cancelled', 'cancelled', '2026-12-06T00:00:00.000Z', null, 'over'],
    ['that was rejected', 'rejected', '2026-01-06T00:00:00.000Z', null, 'over'],
  ] as const)('%s: %s, %s to %s', (_, status, starts, ends, group) => {
    expect(groupOf(booking('b', 'e', status), event('e', starts, ends), NOW)).toBe(group)
  })

  it('of an event that cannot be read is not hidden among the past', () => {
    expect(groupOf(booking('b', 'e'), undefined, NOW)).toBe('upcoming')
  })
})

it('bookings stand in the order in which they are needed', () => {
  const events = new Map([event('soon', '2026-12-06T00:00:00.000Z'), event('later', '2026-12-24T00:00:00.000Z'), event('old', '2026-01-06T00:00:00.000Z'), event('recent', '2026-11-06T00:00:00.000Z')].map((e) => [e.id, e]))
  const list = [booking('1', 'later'), booking('2', 'old'), booking('3', 'soon'), booking('4', 'recent'), booking('5', 'soon', 'rejected'), booking('6', 'soon', 'cancelled', '2026-12-02T00:00:00.000Z')]
  expect(grouped(list, events, NOW).map((g) => [g.group, g.bookings.map((b) => b.id)])).toEqual([
    ['upcoming', ['3', '1']],
    ['past', ['4', '2']],
    ['over', ['6', '5']],
  ])
  expect(grouped([], events, NOW)).toEqual([])
})
