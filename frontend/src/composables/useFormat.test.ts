import { mount } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { i18n, speak } from '@/locales'
import { houseOf, seatsOf } from '@/testing/plan'
import { inWords, spanOf, useFormat, useSeatName } from './useFormat'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** What a page with this setup has of it. */
function within<T>(setup: () => T): T {
  let made: T | undefined
  mount({ setup: () => { made = setup(); return () => h('p') } }, { global: { plugins: [i18n] } }).unmount()
  return made as T
}

it.each([
  ['Asia/Seoul', 'Asia/Seoul', '2027-05-01T10:30:00Z', '7:30 PM', false],
  ['Asia/Tokyo', 'Asia/Seoul', '2027-05-01T10:30:00Z', '7:30 PM', false], // no clock shows another time
  ['UTC', 'Asia/Seoul', '2027-05-01T10:30:00Z', '7:30 PM', true],
  ['UTC', 'Asia/Seoul', '2027-05-31T15:30:00Z', '12:30 AM', true],
  ['UTC', 'Asia/Kathmandu', '2027-05-01T10:30:00Z', '4:15 PM', true],
  ['UTC', 'Europe/London', '2027-01-01T19:30:00Z', '7:30 PM', false],
  ['UTC', 'Europe/London', '2027-07-01T18:30:00Z', '7:30 PM', true], // summer time
  ['Pacific/Apia', 'Pacific/Pago_Pago', '2027-07-01T18:30:00Z', '7:30 AM', true], // the same time of another day
])('in %s the clock of %s is named where it shows another time: %s is %s, %s', (here, there, at, said, named) => {
  vi.stubEnv('TZ', here)
  for (const language of ['en', 'ko'] as const) {
    speak(language)
    const { dayAndTime } = within(useFormat)
    expect(dayAndTime.value(at, there) === dayAndTime.value(at)).toBe(!named)
  }
  speak('en')
  const { dayAndTime, brief } = within(useFormat)
  for (const text of [dayAndTime.value(at, there), brief.value(at, there)]) {
    const plain = text.replace(/\s/g, ' ')
    expect(plain).toContain(said)
    expect(plain.endsWith(said)).toBe(!named)
  }
})

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

it.each([
  ['C', ['Z1, row C, seat 1', 'Row C, seat 1', 'Z1, row C, seats 1–3', 'Row C'], ['Z1 C열 1번', 'C열 1번', 'Z1 C열 1–3번', 'C열']],
  ['Box 3', ['Z1, Box 3, seat 1', 'Box 3, seat 1', 'Z1, Box 3, seats 1–3', 'Box 3'], ['Z1 Box 3 1번', 'Box 3 1번', 'Z1 Box 3 1–3번', 'Box 3']],
  ['Table 5', ['Z1, Table 5, seat 1', 'Table 5, seat 1', 'Z1, Table 5, seats 1–3', 'Table 5'], ['Z1 테이블 5 1번', '테이블 5 1번', 'Z1 테이블 5 1–3번', '테이블 5']],
  ['테이블 5', ['Z1, Table 5, seat 1', 'Table 5, seat 1', 'Z1, Table 5, seats 1–3', 'Table 5'], ['Z1 테이블 5 1번', '테이블 5 1번', 'Z1 테이블 5 1–3번', '테이블 5']],
  ['Tables', ['Z1, row Tables, seat 1', 'Row Tables, seat 1', 'Z1, row Tables, seats 1–3', 'Row Tables'], ['Z1 Tables열 1번', 'Tables열 1번', 'Z1 Tables열 1–3번', 'Tables열']],
  ['', ['Z1, seat 1', 'Seat 1', 'Z1, seats 1–3', ''], ['Z1 1번', '1번', 'Z1 1–3번', '']],
])('seats of the row %j are called so in each language', (row, english, korean) => {
  const plan = houseOf([seatsOf(row, [[0, 0], [10, 0], [20, 0]])])
  const refs = [1, 2, 3].flatMap((n) => plan.seat.get(`${row}-${n}`) ?? [])
  const [first] = refs
  if (!first) throw new Error('no seat')
  for (const [language, want] of [['en', english], ['ko', korean]] as const) {
    speak(language)
    const said = within(() => {
      const name = useSeatName()
      return [name.full(first.zone.label, first.seat), name.short(first.seat), name.several(refs), name.row(row)]
    })
    expect(said).toEqual(want)
  }
})
