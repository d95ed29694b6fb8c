import { expect, it } from 'vitest'
import type { Look } from '@/seatmap/paint'
import { useChoosing } from '@/stores/choosing'
import { useToasts } from '@/stores/toasts'
import { atNow, holdOf, openHouse, settled } from '@/testing/stores'
import { usePicking } from './usePicking'

atNow()

async function house(change: NonNullable<Parameters<typeof openHouse>[0]> = {}) {
  const open = await openHouse(change)
  await open.served()
  const picking = usePicking()
  const seat = (id: string) => {
    const [ref] = useChoosing().refs([id])
    if (!ref) throw new Error(`no seat ${id}`)
    return ref
  }
  return { ...open, ...picking, seat }
}

it('a seat of a zone that is not known yet is not said to be free, and cannot be chosen', async () => {
  const { live } = await openHouse()
  await live.load(['A'])
  const { lookAt, why, pick } = usePicking()
  const [ref] = useChoosing().refs(['B-2'])
  if (!ref) throw new Error('no seat')
  expect([lookAt(ref), why(ref, lookAt(ref)), pick(ref), useChoosing().isFree(ref)]).toEqual(['unknown', 'unknown', false, false])
})

it.each([
  ['1', 'held', 'held'],
  ['2', 'booked', 'booked'],
  ['3', 'blocked', 'blocked'],
  ['0', 'available', ''],
] as const)('a seat in state %s looks %s, and says why it cannot be had: "%s"', async (state, look, why) => {
  const { push, lookAt, why: reason, pick, seat } = await house()
  await push({ type: 'snapshot', event: 'small', zone: 'A', epoch: 1, version: 11, states: state.repeat(15) })
  const ref = seat('B-2')
  expect(lookAt(ref)).toBe(look satisfies Look)
  expect(reason(ref, lookAt(ref))).toBe(why)
  expect(pick(ref)).toBe(why === '')
})

it('an own seat says how it is given back, and on its way that it is', async () => {
  const { hold, answer, lookAt, why, pick, seat, wire } = await house()
  expect(pick(seat('B-2'))).toBe(true)
  await settled()
  expect([lookAt(seat('B-2')), why(seat('B-2'), 'mine')]).toEqual(['mine', 'coming'])
  await answer('hold', { type: 'held', now: '2026-12-05T09:00:01.000Z', hold: holdOf('B-2') })
  expect(why(seat('B-2'), 'mine')).toBe('mine')
  expect(pick(seat('B-2'))).toBe(true)
  await settled()
  expect(wire().asked('release')).toMatchObject({ seats: ['B-2'] })
  expect(hold.count).toBe(0)
})

it('a free seat says before the click that there is no room for it, and that the sale is not open', async () => {
  const { push, why, pick, seat, wire } = await house()
  await push({ type: 'hold', event: 'small', hold: holdOf('A-1', 'A-2', 'A-3', 'A-4'), cause: 'changed' })
  expect(why(seat('B-2'), 'available')).toBe('cap')
  expect(pick(seat('B-2'))).toBe(false)
  await push({ type: 'overview', event: 'small', phase: 'paused', zones: [] })
  expect(why(seat('B-2'), 'available')).toBe('closed')
  expect(pick(seat('B-2'))).toBe(false)
  expect(wire().asked('hold')).toBeUndefined()
  expect(useToasts().toasts.map((t) => t.key)).toEqual(['refused.hold_limit', 'refused.sale_closed'])
})

it('a party is held in one wish, all or nothing', async () => {
  const { pick, seat, wire } = await house()
  useChoosing().party = 3
  expect(pick(seat('B-3'))).toBe(true)
  await settled()
  expect(wire().sent.filter((m) => m.type === 'hold')).toMatchObject([{ zone: 'A', seats: ['B-1', 'B-2', 'B-3'] }])
})
