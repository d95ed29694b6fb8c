/**
 * What a close code asks of a client. 40xx: come back; 45xx: do not. 4501 means this token is no good: come back with another.
 */
export type Verdict = 'again' | 'renew' | 'never'

export const CLOSE = {
  draining: 4000,
  slow: 4001,
  idle: 4002,
  overloaded: 4003,
  flood: 4008,
  protocol: 4500,
  token: 4501,
  origin: 4503,
  frameTooBig: 4504,
} as const

export function verdictOf(code: number): Verdict {
  if (code === CLOSE.token) return 'renew'
  return code >= 4500 && code <= 4599 ? 'never' : 'again'
}

const FIRST = 400
const CEILING = 15_000

/**
 * Wait before attempt n (0 is the first), ms: between half and all of an exponential step, so that the clients of a
 * restarted server do not return together. An overloaded or flooded server gets three times as long; one that drains has
 * a successor already and is tried soon.
 */
export function backoff(attempt: number, code: number, random: () => number = Math.random): number {
  const step = Math.min(CEILING, FIRST * 2 ** Math.min(attempt, 10))
  const weight = code === CLOSE.overloaded || code === CLOSE.flood ? 3 : 1
  return Math.round((step / 2 + (step / 2) * random()) * weight)
}
