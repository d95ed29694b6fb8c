import type { Hold } from '@/protocol/shapes'

/** The deadline, ms, that extending at a moment would reach: the hold time from then on, and never beyond the ceiling, which servers of before did not tell. */
export function reachOf(hold: Pick<Hold, 'ceiling_at'>, now: number, holdSeconds: number): number {
  return Math.min(now + holdSeconds * 1000, hold.ceiling_at === undefined ? Infinity : Date.parse(hold.ceiling_at))
}
