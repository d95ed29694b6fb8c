import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { h } from 'vue'
import { i18n, speak } from '@/locales'
import { houseOf, seatsOf } from '@/testing/plan'
import { inWords, spanOf, useSeatName } from './useFormat'

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
    let said: string[] = []
    const page = mount({ setup: () => { const name = useSeatName(); said = [name.full(first.zone.label, first.seat), name.short(first.seat), name.several(refs), name.row(row)]; return () => h('p') } }, { global: { plugins: [i18n] } })
    expect(said).toEqual(want)
    page.unmount()
  }
})
