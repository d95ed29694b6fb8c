import { expect, it } from 'vitest'
import type { EventInfo } from '@/protocol/shapes'
import { leftOf } from './leftOf'

const closed = { opens_at: null, closes_at: null }
const opens = { opens_at: '2026-12-05T09:00:00.000Z', closes_at: null }

it.each<[string, Pick<EventInfo, 'phase' | 'sale' | 'available' | 'capacity'>, ReturnType<typeof leftOf>]>([
  ['many', { phase: 'on_sale', sale: closed, available: 900, capacity: 1000 }, { words: 'some', n: 900 }],
  ['a twentieth', { phase: 'on_sale', sale: closed, available: 50, capacity: 1000 }, { words: 'few', n: 50 }],
  ['a little more', { phase: 'on_sale', sale: closed, available: 51, capacity: 1000 }, { words: 'some', n: 51 }],
  ['ten of a hundred', { phase: 'on_sale', sale: closed, available: 10, capacity: 100 }, { words: 'few', n: 10 }],
  ['ten of twelve', { phase: 'on_sale', sale: closed, available: 10, capacity: 12 }, { words: 'some', n: 10 }],
  ['three of twelve', { phase: 'on_sale', sale: closed, available: 3, capacity: 12 }, { words: 'few', n: 3 }],
  ['all held', { phase: 'on_sale', sale: closed, available: 0, capacity: 12 }, { words: 'none' }],
  ['of a server that tells no capacity', { phase: 'on_sale', sale: closed, available: 11 }, { words: 'some', n: 11 }],
  ['not counted', { phase: 'on_sale', sale: closed, capacity: 12 }, null],
  ['before the sale', { phase: 'upcoming', sale: opens, available: 12, capacity: 12 }, { words: 'opens', at: opens.opens_at }],
  ['before a sale without a date', { phase: 'upcoming', sale: closed, available: 12, capacity: 12 }, null],
  ['paused', { phase: 'paused', sale: closed, available: 12, capacity: 12 }, null],
  ['sold out', { phase: 'sold_out', sale: closed, available: 0, capacity: 12 }, null],
])('%s', (_, event, left) => {
  expect(leftOf(event)).toEqual(left)
})
