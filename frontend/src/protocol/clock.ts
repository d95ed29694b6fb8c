/** A sample this old gives way to any newer one, ms. */
const LASTS = 60_000

/**
 * The server's clock as seen from here. Each answer with `now` is a sample; the one with the shortest round trip is the
 * most exact, and a sample older than a minute gives way to any newer one. So does one that a newer one contradicts: then
 * the clock of this machine was set, or it is another server.
 */
export class ServerClock {
  /** Server time minus local time, ms. */
  offset = 0
  private trip = Infinity
  private sampledAt = -Infinity

  constructor(private readonly local: () => number = Date.now) {}

  /** Local time at which the request left and the answer came, ms; for a push both are the arrival. */
  sample(now: string, sent: number, received: number): void {
    const server = Date.parse(now)
    if (Number.isNaN(server)) return
    const trip = received - sent
    if (trip < 0) return // the clock was set on the way: this says nothing, the next one does
    const offset = server - (sent + received) / 2
    // Each is true to half its trip, and to the millisecond that times are told in.
    const agree = Math.abs(offset - this.offset) <= (trip + this.trip) / 2 + 1
    if (agree && trip > this.trip && received - this.sampledAt < LASTS) return
    this.trip = trip
    this.sampledAt = received
    this.offset = offset
  }

  now(): number {
    return this.local() + this.offset
  }
}
