import { expect, it } from 'vitest'
import { effectScope, shallowRef } from 'vue'
import type { MapView } from '@/seatmap/mapView'
import type { SeatRef } from '@/seatmap/model'
import { useChoosing } from '@/stores/choosing'
import { atNow, holdOf, openHouse, settled } from '@/testing/stores'
import { useMapChoice } from './useMapChoice'

atNow()

it('what is flashed is so until the buyer takes a seat, not when own seats are told or go', async () => {
  const { served, hold, push } = await openHouse()
  await served()
  const choosing = useChoosing()
  const flashed: string[] = []
  const map = { flash: (seats: readonly SeatRef[]) => flashed.push(seats.map((s) => s.seat.id).join(' ')), preview: () => undefined, filter: () => undefined }
  const scope = effectScope()
  scope.run(() => {
    useMapChoice(shallowRef(map as unknown as MapView), shallowRef(null))
  })
  await push({ type: 'hold', event: 'small', hold: holdOf('B-1', 'B-2'), cause: 'changed' })
  await push({ type: 'hold', event: 'small', hold: null, cause: 'expired' })
  expect(flashed).toEqual(['B-1 B-2'])
  void choosing.take(choosing.refs(['A-1']))
  await settled()
  expect(hold.adding.size).toBe(1)
  expect(flashed).toEqual(['B-1 B-2', ''])
  void choosing.take(choosing.refs(['A-2'])) // while the other is on its way
  await settled()
  expect(flashed).toEqual(['B-1 B-2', '', ''])
  scope.stop()
})
