import type { ServerClock } from './clock'
import { ANSWER_TIMEOUT, type Answer } from './messages'

/** No answer came. Once `sent`, what was asked may or may not have happened; otherwise it has not. */
export class LostAnswer extends Error {
  constructor(
    message: string,
    readonly sent: boolean,
  ) {
    super(message)
  }
}

/** The server answered `error`. */
export class ProtocolError extends Error {
  constructor(
    readonly code: string,
    detail?: string,
    /** Of unavailable: wait this long, ms. */
    readonly retryAfter = 0,
  ) {
    super(detail ?? code)
  }
}

interface Awaited {
  resolve: (answer: Answer) => void
  reject: (cause: Error) => void
  /** Local time at which the request left, 0: it still waits for its turn. */
  sentAt: number
  timer: ReturnType<typeof setTimeout>
}

/** The requests of one connection that wait for their answers, which come in any order. */
export class Answers {
  private nextId = 1
  private readonly awaited = new Map<number, Awaited>()

  constructor(private readonly clock: ServerClock) {}

  /** Awaits the answer to the request of this id. `sent` is to be called when it leaves; `overdue` is when no answer came in time. */
  expect(overdue: () => void): { id: number; answer: Promise<Answer>; sent: () => void } {
    const id = this.nextId++
    let sent: () => void = () => undefined
    const answer = new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.awaited.delete(id)
        reject(new LostAnswer('no answer in time', entry.sentAt > 0))
        overdue()
      }, ANSWER_TIMEOUT)
      const entry: Awaited = { resolve, reject, sentAt: 0, timer }
      sent = () => {
        entry.sentAt = Date.now()
      }
      this.awaited.set(id, entry)
    })
    return { id, answer, sent }
  }

  take(message: Answer): void {
    const entry = message.id === null ? undefined : this.awaited.get(message.id)
    if (!entry) return
    this.awaited.delete(message.id as number)
    clearTimeout(entry.timer)
    if (message.now) this.clock.sample(message.now, entry.sentAt, Date.now())
    if (message.type === 'error') entry.reject(new ProtocolError(message.code, message.detail, (message.retry_after ?? 0) * 1000))
    else entry.resolve(message)
  }

  /** The connection is gone, and with it every answer. */
  lose(): void {
    for (const [id, entry] of this.awaited) {
      clearTimeout(entry.timer)
      this.awaited.delete(id)
      entry.reject(new LostAnswer('connection lost', entry.sentAt > 0))
    }
  }
}
