/**
 * The server's clock as seen from here. Each answer with `now` is a sample; the one with the shortest round trip is the
 * most exact, and a sample older than a minute gives way to any newer one.
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
    if (trip > this.trip && received - this.sampledAt < 60_000) return
    this.trip = trip
    this.sampledAt = received
    this.offset = server - (sent + received) / 2
  }

  now(): number {
    return this.local() + this.offset
  }
}
