import { expect, it } from 'vitest'
import { AVAILABLE } from '@/protocol/zoneState'
import { houseOf, seatsOf } from '@/testing/plan'
import { FreeSeats } from './freeSeats'

const places = Array.from({ length: 40 }, (_, i) => [i * 10, 0] as const)
const seats = [...seatsOf('A', places), ...seatsOf('B', places, { category: 'vip', accessible: true }), ...seatsOf('C', places, { companion: true })]

it('counts after any changes as if it counted anew', () => {
  const zone = houseOf([seats]).zones[0]
  if (!zone) throw new Error('no zone')
  const states = new Uint8Array(seats.length)
  let seed = 7
  const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below
  for (const i of states.keys()) states[i] = random(4)
  const count = new FreeSeats(zone, states, 2)
  for (let round = 0; round < 200; round++) {
    const touched = Array.from({ length: random(5) }, () => random(seats.length))
    for (const i of touched) states[i] = random(4)
    count.changed([...touched, seats.length + 3]) // the server may know more seats than the plan
    const anew = new FreeSeats(zone, states, 2)
    expect([count.all, count.special]).toEqual([anew.all, anew.special])
  }
  const free = (i: number) => states[i] === AVAILABLE
  expect([...count.all].reduce((a, b) => a + b)).toBe([...states.keys()].filter(free).length)
  expect([...count.special].reduce((a, b) => a + b)).toBe([...states.keys()].filter((i) => i >= 40 && free(i)).length)
})
