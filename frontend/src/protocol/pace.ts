/**
 * Keeps a client under the server's messages per second: a bucket of one second's worth. What does not fit waits its turn,
 * a buyer's own wishes before joins.
 */
export class Pace {
  private tokens: number
  private at: number
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly waiting: { send: () => void; urgent: boolean }[] = []

  constructor(
    private perSecond: number,
    private readonly now: () => number = Date.now,
  ) {
    this.tokens = perSecond
    this.at = now()
  }

  limit(perSecond: number): void {
    this.perSecond = Math.max(1, perSecond)
    this.tokens = Math.min(this.tokens, this.perSecond)
  }

  push(send: () => void, urgent: boolean): void {
    if (urgent) {
      const firstPatient = this.waiting.findIndex((w) => !w.urgent)
      this.waiting.splice(firstPatient < 0 ? this.waiting.length : firstPatient, 0, { send, urgent })
    } else {
      this.waiting.push({ send, urgent })
    }
    this.drain()
  }

  /** Forgets what waits: the socket it was meant for is gone. */
  clear(): void {
    this.waiting.length = 0
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private drain(): void {
    const now = this.now()
    this.tokens = Math.min(this.perSecond, this.tokens + ((now - this.at) / 1000) * this.perSecond)
    this.at = now
    while (this.tokens >= 1) {
      const next = this.waiting.shift()
      if (!next) return
      this.tokens--
      next.send()
    }
    if (this.waiting.length > 0 && this.timer === undefined) {
      this.timer = setTimeout(() => {
        this.timer = undefined
        this.drain()
      }, Math.ceil(((1 - this.tokens) / this.perSecond) * 1000))
    }
  }
}
