import { expect, it } from 'vitest'
import { inWords } from './useFormat'

it.each([
  [20, '20 seconds', '20초'],
  [60, '1 minute', '1분'],
  [90, '1 minute 30 seconds', '1분 30초'],
  [300, '5 minutes', '5분'],
] as const)('says a span of %i s as it is', (seconds, english, korean) => {
  expect(inWords(seconds, 'en')).toBe(english)
  expect(inWords(seconds, 'ko')).toBe(korean)
})
