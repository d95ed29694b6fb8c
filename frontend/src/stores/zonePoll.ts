import { ApiError } from '@/api/http'

/** How long the socket may take to bring a picture, ms. */
const PATIENCE = 2_500
/** From one round to the next, ms; up to half as much again, so that pages that lost their server together do not come back together. */
const AGAIN = 4_000
/** What a timer can wait, ms: one that is set for more ends at once. */
const LONGEST = 2 ** 31 - 1

interface Polled {
  /** Zones to ask for now. */
  due: () => readonly string[]
  /** Nothing is shown of the zone yet. */
  unseen: (zone: string) => boolean
  /** Asks for the picture of one; true when that is what is shown now. */
  bring: (zone: string) => Promise<boolean>
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
  /** When the next round begins, by `now`; 0 while one is under way. */
  private next = 0
  /** Until then the server asked for time, by performance.now(), which no answer sets; it holds for whatever is asked for, also after a stop. */
  private quiet = 0
  /** What the last round asked for. */
  private readonly asked = new Set<string>()
  /** Counts stops: what was asked for before one is followed by nothing. */
  private turn = 0

  constructor(private readonly of: Polled) {}

  /** Something may be due soon; what is under way goes on at its own pace as long as there is no socket, unless the buyer came to a zone of which nothing is shown. */
  start(): void {
    if (!this.running || !this.of.alone()) {
      this.stop()
      this.after(PATIENCE)
    } else if (this.next - this.of.now() > PATIENCE && this.pressing()) {
      clearTimeout(this.timer)
      this.after(PATIENCE)
    }
  }

  stop(): void {
    this.turn++
    this.running = false
    this.asked.clear()
    clearTimeout(this.timer)
  }

  /** A zone is due of which nothing is shown, and that was not asked for just now in vain. */
  private pressing(): boolean {
    return !this.hushed() && this.of.due().some((zone) => this.of.unseen(zone) && !this.asked.has(zone))
  }

  private hushed(): boolean {
    return performance.now() < this.quiet
  }

  private after(pace: number): void {
    const ms = Math.min(LONGEST, Math.max(pace, Math.ceil(this.quiet - performance.now())))
    this.running = true
    this.next = this.of.now() + ms
    this.timer = setTimeout(() => void this.round(), ms)
  }

  private async round(): Promise<void> {
    if (this.hushed()) {
      this.after(0)
      return
    }
    const mine = this.turn
    const began = this.of.now()
    // First those that the last round did not come to.
    const zones = [...this.of.due()].sort((a, b) => Number(this.asked.has(a)) - Number(this.asked.has(b)))
    let came = 0
    this.next = 0
    this.asked.clear()
    for (const zone of zones) {
      if (this.hushed()) break
      this.asked.add(zone)
      try {
        if (await this.of.bring(zone)) came++
      } catch (cause) {
        if (!(cause instanceof ApiError)) throw cause
        this.quiet = Math.max(this.quiet, performance.now() + cause.retryAfter)
      }
      if (mine !== this.turn) return
    }
    if (came > 0) this.of.seen(began, came < zones.length)
    this.running = false
    if (this.of.alone()) this.after(this.pressing() ? PATIENCE : AGAIN * (1 + Math.random() / 2))
  }
}
