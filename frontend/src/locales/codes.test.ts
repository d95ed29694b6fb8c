import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import en from './en'
import ko from './ko'

const root = resolve(import.meta.dirname, '../../..')
/** Words of a kind that the server's own sources define. */
const words = (file: string, kind: RegExp) => [...readFileSync(resolve(root, file), 'utf8').matchAll(kind)].map((m) => m[1] ?? '')

const CODES = [...words('seatmap/refusal.go', /^\s*Code\w+\s+Code\s*=\s*"(\w+)"/gm), ...words('server/protocol/codes.go', /^\s*Code\w+\s+seatmap\.Code\s*=\s*"(\w+)"/gm)]
const CAUSES = words('seatmap/live_wire.go', /^\s*Cause\w+\s+Cause\s*=\s*"(\w+)"/gm)
const REASONS = words('server/booking/booking.go', /^\s*Reason\w+\s*=\s*"(\w+)"/gm)
const PHASES = words('server/live/event.go', /^\s*Phase\w+\s*=\s*"(\w+)"/gm)
/** Causes of which nothing is said: the buyer wished it. */
const WISHED = ['changed', 'booked']

describe.each([
  ['English', en],
  ['Korean', ko],
])('what the server says, in %s', (_, texts) => {
  it('was found in its sources', () => {
    expect([CODES.length, CAUSES.length, REASONS.length, PHASES.length]).toEqual([13, 4, 4, 5])
  })

  it.each([...CODES, 'offline', 'lost', 'too_few'])('has a text when it refuses with %s', (code) => {
    expect(texts.refused).toHaveProperty(code)
  })

  it.each(CAUSES.filter((cause) => !WISHED.includes(cause)))('has a text when a hold has %s', (cause) => {
    expect(texts.ended).toHaveProperty(`${cause}Title`)
    expect(texts.ended).toHaveProperty(`${cause}Text`)
    expect(texts.toast).toHaveProperty(cause)
  })

  it.each(REASONS)('has a text when a booking was rejected: %s', (reason) => {
    expect(texts.booking.reason).toHaveProperty(reason)
  })

  it.each(PHASES)('has a text for an event that is %s', (phase) => {
    expect(texts.phase).toHaveProperty(phase)
  })
})
