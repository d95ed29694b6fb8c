import { LostAnswer, ProtocolError } from './answers'
import type { Request } from './messages'
import { backoff } from './reconnect'

/** Where a joined zone is, so that only what is missing is sent after a reconnect. */
export interface Position {
  epoch: number
  version: number
}

/** Codes that another try would get again. */
const FOR_GOOD = new Set(['invalid', 'not_found'])

interface Join {
  event: string
  zone?: string
  /** How often in a row the server could not grant it. */
  refused: number
  timer?: ReturnType<typeof setTimeout>
}

export interface JoinsOptions {
  ask: (request: Request) => Promise<unknown>
  /** Where a joined zone stands now; null: send everything. */
  position: (event: string, zone: string) => Position | null
  /** The server lets us look, or it cannot now. Its picture follows, unless nothing happened since our position. */
  onJoin?: (event: string, zone: string | undefined, granted: boolean) => void
  random?: () => number
}

/** What the page wants to look at. Every connection asks for it anew, and asks again for what was refused and may be granted later. */
export class Joins {
  private readonly wanted = new Map<string, Join>()

  constructor(private readonly options: JoinsOptions) {}

  add(event: string, zone?: string): void {
    this.remove(event, zone)
    this.wanted.set(key(event, zone), { event, zone, refused: 0 })
  }

  /** False: it was not wanted. */
  remove(event: string, zone?: string): boolean {
    clearTimeout(this.wanted.get(key(event, zone))?.timer)
    return this.wanted.delete(key(event, zone))
  }

  clear(): void {
    this.rest()
    this.wanted.clear()
  }

  /** The connection is gone: nothing is asked until there is another. */
  rest(): void {
    for (const join of this.wanted.values()) clearTimeout(join.timer)
  }

  askAll(): void {
    for (const join of this.wanted.values()) void this.ask(join)
  }

  askFor(event: string, zone?: string): void {
    const join = this.wanted.get(key(event, zone))
    if (join) void this.ask(join)
  }

  private async ask(join: Join): Promise<void> {
    clearTimeout(join.timer)
    const { event, zone } = join
    const wanted = () => this.wanted.get(key(event, zone)) === join
    const at = zone === undefined ? null : this.options.position(event, zone)
    try {
      await this.options.ask({ type: 'join', event, zone, ...(at ?? {}) })
      join.refused = 0
      if (wanted()) this.options.onJoin?.(event, zone, true)
    } catch (cause) {
      if (cause instanceof LostAnswer || !wanted()) return // the next connection asks again for what is wanted then
      this.options.onJoin?.(event, zone, false)
      if (!(cause instanceof ProtocolError) || FOR_GOOD.has(cause.code)) return
      const wait = Math.max(cause.retryAfter, backoff(join.refused++, 0, this.options.random))
      join.timer = setTimeout(() => void this.ask(join), wait)
    }
  }
}

function key(event: string, zone?: string): string {
  return zone === undefined ? event : `${event}/${zone}`
}
