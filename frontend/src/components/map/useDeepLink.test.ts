import { expect, it } from 'vitest'
import { effectScope, shallowRef } from 'vue'
import type { EventLink } from '@/composables/eventLink'
import type { MapView } from '@/seatmap/mapView'
import type { SeatRef } from '@/seatmap/model'
import { useToasts } from '@/stores/toasts'
import { atNow, openHouse, settled } from '@/testing/stores'
import { useDeepLink } from './useDeepLink'

atNow()

/** The small house, or one that is called larger, opened by a link; the server answers where seats are. */
async function follow(link: EventLink, { places, seats }: { places?: string[]; seats?: number } = {}) {
  const house = await openHouse()
  if (places) house.routes['GET /events/small/seats'] = () => ({ status: 200, body: { plan: 'h1', seats: places.map((seat) => ({ zone: 'A', seat })) } })
  const plan = house.live.plan
  if (!plan) throw new Error('no plan')
  if (seats !== undefined) plan.seats = seats
  const shown: string[] = []
  const map = { plan, flash: () => undefined, camera: { showSeats: (refs: readonly SeatRef[]) => shown.push(...refs.map((r) => r.seat.id)), showZone: (zone: { id: string }) => shown.push(zone.id) } }
  const view = shallowRef<MapView | null>(null)
  const scope = effectScope()
  scope.run(() => {
    useDeepLink(() => link, view, () => undefined)
  })
  view.value = map as unknown as MapView
  await settled()
  scope.stop()
  const asked = house.calls.filter((c) => c.route === 'GET /events/small/seats').length
  return { shown, asked, toasts: useToasts().toasts.map((t) => [t.key, t.values.n]) }
}

it.each([
  ['seats of a named zone', { zones: ['A'], seats: ['A-1', 'A-2'] }, {}, ['A-1', 'A-2'], 0, []],
  ['seats alone, as the server knows them', { zones: [], seats: ['A-1', 'B-2'] }, { places: ['A-1', 'B-2'], seats: 60_000 }, ['A-1', 'B-2'], 1, []],
  ['seats of a zone that is not there', { zones: ['old'], seats: ['A-1'] }, { places: ['A-1'] }, ['A-1'], 1, []],
  ['some that are not there', { zones: [], seats: ['A-1', 'X-1', 'X-2'] }, { places: ['A-1'] }, ['A-1'], 1, [['share.gone', 2]]],
  ['none that is there', { zones: ['A'], seats: ['X-1'] }, {}, ['A'], 0, [['share.gone', 1]]],
  ['seats alone, of a server that cannot say, in a small house', { zones: [], seats: ['A-1'] }, {}, ['A-1'], 1, []],
  ['seats alone, of a server that cannot say, in a large one', { zones: [], seats: ['X-1'] }, { seats: 60_000 }, [], 1, [['share.unfound', 1]]],
] as const)('a link of %s', async (_, { zones, seats }, server, shown, asked, toasts) => {
  const { places, ...house } = { places: undefined, ...server }
  expect(await follow({ zones: [...zones], seats: [...seats] }, { ...house, ...(places && { places: [...places] }) })).toEqual({ shown, asked, toasts })
})
