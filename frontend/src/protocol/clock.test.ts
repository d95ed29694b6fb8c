import { expect, it } from 'vitest'
import { ServerClock } from './clock'

it('takes the middle of the round trip', () => {
  let local = 1_000_000
  const clock = new ServerClock(() => local)
  clock.sample(new Date(1_005_100).toISOString(), 1_000_000, 1_000_200)
  expect(clock.offset).toBe(5_000)
  local = 1_010_000
  expect(clock.now()).toBe(1_015_000)
})

it('keeps the sample with the shortest trip, for a minute', () => {
  const clock = new ServerClock(() => 0)
  clock.sample(new Date(50_010).toISOString(), 0, 20)
  expect(clock.offset).toBe(50_000)
  clock.sample(new Date(52_000).toISOString(), 1_000, 3_000)
  expect(clock.offset).toBe(50_000)
  clock.sample(new Date(112_000).toISOString(), 61_000, 63_000)
  expect(clock.offset).toBe(50_000)
  clock.sample(new Date(113_100).toISOString(), 62_000, 62_200)
  expect(clock.offset).toBe(51_000)
})

it('leaves alone what is no time', () => {
  const clock = new ServerClock(() => 7)
  clock.sample('soon', 0, 1)
  expect(clock.now()).toBe(7)
})
