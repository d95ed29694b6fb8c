import { expect, it } from 'vitest'
import { reachOf } from './reach'

const at = (time: string) => Date.parse(`2026-12-05T${time}Z`)

it.each([
  ['far from the ceiling', '09:00:00', '09:10:00.000', '09:05:00'],
  ['just below it', '09:05:00', '09:10:00.000', '09:10:00'],
  ['near it', '09:07:30', '09:10:00.000', '09:10:00'],
  ['with a ceiling that was not told', '09:07:30', undefined, '09:12:30'],
])('extending reaches, %s', (_, now, ceiling, reached) => {
  expect(reachOf(ceiling === undefined ? {} : { ceiling_at: `2026-12-05T${ceiling}Z` }, at(now), 300)).toBe(at(reached))
})
