import { describe, expect, it } from 'vitest'
import { backoff, CLOSE, verdictOf } from './reconnect'

describe('close codes', () => {
  it.each([
    [1000, 'again'], [1001, 'again'], [1006, 'again'], [1011, 'again'],
    [CLOSE.draining, 'again'], [CLOSE.slow, 'again'], [CLOSE.idle, 'again'], [CLOSE.overloaded, 'again'], [CLOSE.flood, 'again'],
    [CLOSE.protocol, 'never'], [CLOSE.origin, 'never'], [CLOSE.frameTooBig, 'never'], [4599, 'never'],
    [CLOSE.token, 'renew'],
  ] as const)('%i: %s', (code, verdict) => {
    expect(verdictOf(code)).toBe(verdict)
  })
})

describe('backoff', () => {
  it('grows to a ceiling', () => {
    const waits = Array.from({ length: 12 }, (_, i) => backoff(i, 1006, () => 1))
    expect(waits[0]).toBe(400)
    expect(waits[1]).toBe(800)
    expect(waits.at(-1)).toBe(15_000)
    expect([...waits].sort((a, b) => a - b)).toEqual(waits)
  })

  it('spreads clients over half of the step', () => {
    expect(backoff(3, 1006, () => 0)).toBe(1_600)
    expect(backoff(3, 1006, () => 1)).toBe(3_200)
  })

  it('gives an overloaded server more time', () => {
    expect(backoff(0, CLOSE.overloaded, () => 0)).toBe(600)
  })
})
