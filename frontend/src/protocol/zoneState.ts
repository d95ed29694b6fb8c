import type { Changes, Snapshot } from './messages'

/** What became of a frame. `gap`: it does not follow what we have, join again from our epoch and version. */
export type Applied = 'applied' | 'ignored' | 'gap'

/** States as numbers, the same everywhere. */
export const AVAILABLE = 0
export const HELD = 1
export const BOOKED = 2
export const BLOCKED = 3

/**
 * One zone as this client knows it: all seat states at a version of an epoch.
 * A frame is applied only if it follows: same epoch and `from <= version < frame.version`.
 */
export class ZoneState {
  epoch = -1
  version = -1
  /** Free places of a general zone, or null when the zone has seats. */
  available: number | null = null
  states: Uint8Array

  constructor(readonly size: number) {
    this.states = new Uint8Array(size)
  }

  /** False until the first snapshot: `states` means nothing yet. */
  get known(): boolean {
    return this.epoch >= 0
  }

  /** Seats or places that can be had. */
  get left(): number {
    return this.available ?? this.states.reduce((n, state) => (state === AVAILABLE ? n + 1 : n), 0)
  }

  /** Takes a whole picture. One of an older epoch, or not newer within the epoch, is ignored. */
  snapshot(frame: Snapshot): Applied {
    if (frame.epoch < this.epoch) return 'ignored'
    if (frame.epoch === this.epoch && frame.version < this.version) return 'ignored'
    this.epoch = frame.epoch
    this.version = frame.version
    this.available = frame.available ?? null
    const digits = frame.states ?? ''
    const n = Math.min(digits.length, this.states.length)
    for (let i = 0; i < n; i++) this.states[i] = digits.charCodeAt(i) - 48
    return 'applied'
  }

  /** Takes changes; `touched` is told each seat index that the frame names. */
  changes(frame: Changes, touched?: (index: number) => void): Applied {
    if (!this.known) return 'gap'
    if (frame.epoch < this.epoch) return 'ignored'
    if (frame.epoch > this.epoch) return 'gap'
    if (frame.version <= this.version) return 'ignored'
    if (frame.from > this.version) return 'gap'
    for (const [index, state] of frame.changes ?? []) {
      if (index < 0 || index >= this.states.length) continue
      this.states[index] = state
      touched?.(index)
    }
    if (frame.available !== undefined) this.available = frame.available
    this.version = frame.version
    return 'applied'
  }
}
