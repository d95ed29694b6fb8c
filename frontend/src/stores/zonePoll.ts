import { ApiError } from '@/api/http'

/** How long the socket may take to bring a picture, ms. */
const PATIENCE = 2_500
/** From one round to the next, ms; up to half as much again, so that pages that lost their server together do not come back together. */
const AGAIN = 4_000

interface Polled {
  /** Zones to ask for now. */
  due: () => readonly string[]
  /** Asks for the picture of one and shows it. */
  bring: (zone: string) => Promise<void>
  /** What is shown of all that were due is not older than this, by `now`; `some`: of those that came. */
  seen: (at: number, some: boolean) => void
  /** No socket brings anything: another round follows. */
  alone: () => boolean
  now: () => number
}

/** Asks for pictures of zones over HTTP as long as no socket brings them: where a proxy lets none through, one some seconds old is better than none. */
export class ZonePoll {
  private timer: ReturnType<typeof setTimeout> | undefined
  private running = false
  /** Counts stops: what was asked for before one is followed by nothing. */
  private turn = 0

  constructor(private readonly of: Polled) {}

  /** Something may be due soon; what is under way goes on at its own pace as long as there is no socket. */
  start(): void {
    if (this.running && this.of.alone()) return
    this.stop()
    this.after(PATIENCE)
  }

  stop(): void {
    this.turn++
    this.running = false
    clearTimeout(this.timer)
  }

  private after(ms: number): void {
    this.running = true
    this.timer = setTimeout(() => void this.round(), ms)
  }

  private async round(): Promise<void> {
    const mine = this.turn
    const began = this.of.now()
    let wait = AGAIN * (1 + Math.random() / 2)
    const zones = this.of.due()
    let came = 0
    for (const zone of zones) {
      try {
        await this.of.bring(zone)
        came++
      } catch (cause) {
        if (!(cause instanceof ApiError)) throw cause
        wait = Math.max(wait, cause.retryAfter)
      }
      if (mine !== this.turn) return
    }
    if (came > 0) this.of.seen(began, came < zones.length)
    this.running = false
    if (this.of.alone()) this.after(wait)
  }
}
