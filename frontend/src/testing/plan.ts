import type { EventInfo, Seat, ZonePlan } from '@/protocol/shapes'
import { buildPlan, type PlanModel } from '@/seatmap/model'

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
    ends_at: null,
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

/** Seats of a row at these places, numbered from 1; ids are `A-1`. */
export function seatsOf(row: string, places: readonly (readonly [x: number, y: number])[], more: Partial<Seat> = {}): Seat[] {
  return places.map(([x, y], i) => ({ id: `${row}-${i + 1}`, row, number: String(i + 1), x, y, category: 'r', ...more }))
}

/** A house of zones `Z1`, `Z2` and so on with these seats. */
export function houseOf(zones: readonly Seat[][]): PlanModel {
  const { event } = smallHouse()
  const plans = zones.map((seats, i) => ({ id: `Z${i + 1}`, plan: 'h1', seats }))
  const shapes = plans.map(({ id, seats }) => {
    const xs = seats.map((s) => s.x)
    const ys = seats.map((s) => s.y)
    const [x, y, right, bottom] = seats.length > 0 ? [Math.min(...xs) - 7, Math.min(...ys) - 7, Math.max(...xs) + 7, Math.max(...ys) + 7] : [0, 0, 1, 1]
    const outline: [number, number][] = [[x, y], [right, y], [right, bottom], [x, bottom]]
    return { id, label: id, kind: 'seats' as const, capacity: seats.length, bounds: { x, y, width: right - x, height: bottom - y }, outline }
  })
  return buildPlan({ ...event, zones: shapes }, plans)
}
