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
  clock.sample(new Date(52_900).toISOString(), 1_000, 3_000)
  expect(clock.offset).toBe(50_000)
  clock.sample(new Date(109_900).toISOString(), 59_000, 60_000)
  expect(clock.offset).toBe(50_000)
  clock.sample(new Date(110_900).toISOString(), 60_000, 61_000)
  expect(clock.offset).toBe(50_400)
})

it.each([
  ['back by ten minutes', -600_000],
  ['back by a second', -1_000],
  ['ahead by half a minute', 30_000],
])('sees at once that the local clock was set %s', (_, step) => {
  const clock = new ServerClock(() => 0)
  clock.sample(new Date(1_050_010).toISOString(), 1_000_000, 1_000_020)
  expect(clock.offset).toBe(50_000)
  const later = 1_010_000 + step
  clock.sample(new Date(1_060_100).toISOString(), later, later + 200)
  expect(clock.offset).toBe(50_000 - step)
})

it('learns nothing from an answer on whose way the local clock was set back', () => {
  const clock = new ServerClock(() => 0)
  clock.sample(new Date(1_050_010).toISOString(), 1_000_000, 1_000_020)
  clock.sample(new Date(1_060_100).toISOString(), 1_010_000, 410_200)
  expect(clock.offset).toBe(50_000)
  clock.sample(new Date(1_061_100).toISOString(), 411_000, 411_200)
  expect(clock.offset).toBe(650_000)
})

it('leaves alone what is no time', () => {
  const clock = new ServerClock(() => 7)
  clock.sample('soon', 0, 1)
  expect(clock.now()).toBe(7)
})
