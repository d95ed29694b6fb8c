import type { EventInfo, Seat, ZonePlan } from '@/protocol/shapes'

/** A small house for tests: zone A with rows of seats ten units apart, and a general zone behind it. */
export function smallHouse(rows = 3, columns = 5): { event: EventInfo; zones: ZonePlan[] } {
  const seats: Seat[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const name = String.fromCharCode(65 + row)
      seats.push({ id: `${name}-${column + 1}`, row: name, number: String(column + 1), x: 10 + column * 10, y: 10 + row * 10, category: row === 0 ? 'vip' : 'r' })
    }
  }
  const width = columns * 10 + 10
  const height = rows * 10 + 10
  const event: EventInfo = {
    id: 'small',
    title: 'Small',
    venue: 'Room',
    time_zone: 'Asia/Seoul',
    starts_at: '2026-12-05T10:00:00.000Z',
    doors_at: null,
    phase: 'on_sale',
    currency: 'KRW',
    sale: { opens_at: null, closes_at: null },
    policy: { hold_seconds: 300, max_seats: 4 },
    categories: [
      { id: 'vip', name: 'VIP', color: '#8b5cf6', price: { amount: 180_000, currency: 'KRW' } },
      { id: 'r', name: 'R', color: '#e8476a', price: { amount: 150_000, currency: 'KRW' } },
    ],
    plan: { hash: 'h1', width, height: height + 40, areas: [] },
    zones: [
      { id: 'A', label: 'Stalls', kind: 'seats', capacity: seats.length, bounds: { x: 0, y: 0, width, height }, outline: [[0, 0], [width, 0], [width, height], [0, height]] },
      { id: 'G', label: 'Standing', kind: 'general', capacity: 50, category: 'r', price: { amount: 90_000, currency: 'KRW' }, bounds: { x: 0, y: height, width, height: 40 }, outline: [[0, height], [width, height], [width, height + 40], [0, height + 40]] },
    ],
  }
  return { event, zones: [{ id: 'A', plan: 'h1', seats }] }
}
