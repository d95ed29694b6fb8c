import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { buildPlan } from '@/seatmap/model'
import { smallHouse } from '@/testing/plan'
import { ZoneLoader } from './zoneLoader'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Three zones, of which each fills a call. */
function loading() {
  const { event, zones } = smallHouse()
  const [shape] = event.zones
  const [seats] = zones
  if (!shape || !seats) throw new Error('no zones')
  const ids = ['A', 'B', 'C']
  const plan = buildPlan({ ...event, zones: ids.map((id) => ({ ...shape, id, capacity: 2_000 })) })
  const loaded: string[] = []
  const calls: string[][] = []
  const loader = new ZoneLoader(
    plan,
    (asked) => {
      calls.push(asked)
      return Promise.resolve(asked.map((id) => ({ ...seats, id, seats: seats.seats.map((s) => ({ ...s, id: `${id}.${s.id}` })) })))
    },
    (zone) => loaded.push(zone),
  )
  return { loaded, calls, all: loader.load(ids) }
}

it('zones come one a frame, of whichever call', async () => {
  const { loaded, calls, all } = loading()
  await vi.advanceTimersByTimeAsync(0)
  expect(calls).toEqual([['A'], ['B'], ['C']])
  expect(loaded).toEqual(['A'])
  await vi.advanceTimersByTimeAsync(17)
  expect(loaded).toEqual(['A', 'B'])
  await vi.advanceTimersByTimeAsync(17)
  expect(loaded).toEqual(['A', 'B', 'C'])
  expect(await all).toBe(true)
})

it('they come in a page, too, that goes out of sight and has no frames any more', async () => {
  vi.spyOn(window, 'requestAnimationFrame').mockReturnValue(0)
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(false)
  const { loaded, all } = loading()
  await vi.advanceTimersByTimeAsync(240)
  expect(loaded).toEqual(['A'])
  hidden.mockReturnValue(true)
  await vi.advanceTimersByTimeAsync(20)
  expect(loaded).toEqual(['A', 'B', 'C'])
  expect(await all).toBe(true)
})
