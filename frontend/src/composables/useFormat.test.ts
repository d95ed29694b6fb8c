import { expect, it } from 'vitest'
import { inWords, spanOf } from './useFormat'

it.each([
  [20, '20 seconds', '20초'],
  [60, '1 minute', '1분'],
  [90, '1 minute 30 seconds', '1분 30초'],
  [300, '5 minutes', '5분'],
] as const)('says a span of %i s as it is', (seconds, english, korean) => {
  expect(inWords(seconds, 'en')).toBe(english)
  expect(inWords(seconds, 'ko')).toBe(korean)
})

it.each([
  [['4', '5', '6'], '4–6'],
  [['6', '5', '4'], '4–6'],
  [['4', '5'], '4, 5'],
  [['1', '3', '5'], '1, 3, 5'],
  [['1a', '1b', '1c'], '1a, 1b, 1c'],
  [['7'], '7'],
])('numbers of seats %j are said as %s', (numbers, said) => {
  expect(spanOf(numbers)).toBe(said)
})
