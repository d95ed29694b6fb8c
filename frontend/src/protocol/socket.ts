import { ServerClock } from './clock'
import { ANSWER_TIMEOUT, isPush, parseMessage, type Answer, type Limits, type Push, type Request } from './messages'
import { Pace } from './pace'
import { backoff, verdictOf } from './reconnect'

/** `closed`: it does not come back by itself. */
export type Connection = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'closed'

/** Where a joined zone is, so that only what is missing is sent after a reconnect. */
export interface Position {
  epoch: number
  version: number
}

/** The part of WebSocket that is used; tests give their own. */
export interface Wire {
  readyState: number
  send(text: string): void
  close(code?: number, reason?: string): void
  onopen: ((event: Event) => void) | null
  onmessage: ((event: MessageEvent) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  onerror: ((event: Event) => void) | null
}

export interface SocketOptions {
  url: string
  open?: (url: string, protocol: string) => Wire
  /** A token to hold with; `fresh`: the last one was refused. Null: only look. */
  token: (fresh: boolean) => Promise<string | null>
  /** Where a joined zone stands now; null: send everything. */
  position: (event: string, zone: string) => Position | null
  onPush: (message: Push) => void
  onConnection: (state: Connection, code?: number) => void
  clock?: ServerClock
  random?: () => number
}

/** The socket went away before the answer came; what was asked may or may not have happened. */
export class LostAnswer extends Error {}

/** The server answered `error`. */
export class ProtocolError extends Error {
  constructor(
    readonly code: string,
    detail?: string,
  ) {
    super(detail ?? code)
  }
}

interface Asked {
  resolve: (answer: Answer) => void
  reject: (cause: Error) => void
  sent: number
  timer: ReturnType<typeof setTimeout>
}

const OPEN = 1
const DEFAULT_RATE = 20
const DEFAULT_PING = 20_000

/**
 * One socket to the server that comes back by itself, says who it is and joins again what was joined, from where it was.
 * In the order of time: connect, auth, join, then requests and pushes until it closes.
 */
export class LiveSocket {
  state: Connection = 'idle'
  limits: Limits | null = null
  readonly clock: ServerClock
  private wire: Wire | null = null
  private nextId = 1
  private attempt = 0
  private wanted = false
  private freshToken = false
  private retry: ReturnType<typeof setTimeout> | undefined
  private beat: ReturnType<typeof setInterval> | undefined
  private authing: Promise<void> | null = null
  private readonly asked = new Map<number, Asked>()
  private readonly joined = new Map<string, { event: string; zone?: string }>()
  private readonly pace = new Pace(DEFAULT_RATE)

  constructor(private readonly options: SocketOptions) {
    this.clock = options.clock ?? new ServerClock()
  }

  connect(): void {
    this.wanted = true
    if (this.wire || this.retry !== undefined) return
    this.open()
  }

  /** Ends it for good. */
  close(): void {
    this.wanted = false
    clearTimeout(this.retry)
    this.retry = undefined
    this.joined.clear()
    this.drop()
    this.turn('idle')
  }

  /** The network may be back, or the page visible again: do not wait for the next attempt, and check a silent socket. */
  nudge(): void {
    if (!this.wanted || this.state === 'closed') return
    if (this.retry !== undefined) {
      clearTimeout(this.retry)
      this.retry = undefined
      this.open()
    } else if (this.state === 'live') {
      void this.ask({ type: 'ping' }).catch(() => undefined)
    }
  }

  /** Joins a zone, or the event's overview without one, now and after every reconnect. */
  join(event: string, zone?: string): void {
    this.joined.set(key(event, zone), { event, zone })
    if (this.state === 'live') this.sendJoin(event, zone)
  }

  /** The zone's frames do not fit: ask again from where it stands. */
  rejoin(event: string, zone: string): void {
    if (this.joined.has(key(event, zone)) && this.state === 'live') this.sendJoin(event, zone)
  }

  leave(event: string, zone?: string): void {
    if (!this.joined.delete(key(event, zone))) return
    if (this.state === 'live') void this.ask({ type: 'leave', event, zone }).catch(() => undefined)
  }

  /** Asks as the buyer: waits until the socket is live and the server knows who we are. */
  async askAsBuyer(request: Request): Promise<Answer> {
    if (this.state !== 'live') throw new LostAnswer('not connected')
    this.authing ??= this.auth()
    await this.authing
    return this.ask(request, true)
  }

  ask(request: Request, urgent = false): Promise<Answer> {
    const wire = this.wire
    if (!wire || wire.readyState !== OPEN) return Promise.reject(new LostAnswer('not connected'))
    const id = this.nextId++
    return new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.asked.delete(id)
        reject(new LostAnswer('no answer in time'))
        if (this.wire === wire) this.lost(wire, 0)
      }, ANSWER_TIMEOUT)
      const entry: Asked = { resolve, reject, sent: Date.now(), timer }
      this.asked.set(id, entry)
      this.pace.push(() => {
        if (wire.readyState !== OPEN) return
        entry.sent = Date.now()
        wire.send(JSON.stringify({ id, ...request }))
      }, urgent)
    })
  }

  private open(): void {
    this.turn(this.attempt === 0 && this.state === 'idle' ? 'connecting' : 'reconnecting')
    const make = this.options.open ?? ((url, protocol) => new WebSocket(url, protocol))
    const wire = make(this.options.url, 'jari.v1.json')
    this.wire = wire
    wire.onopen = () => {
      this.opened(wire)
    }
    wire.onmessage = (event: MessageEvent) => {
      this.message(wire, event.data)
    }
    wire.onclose = (event: CloseEvent) => {
      this.lost(wire, event.code)
    }
    wire.onerror = null
  }

  private opened(wire: Wire): void {
    if (wire !== this.wire) return
    this.authing = this.auth()
    this.authing.catch(() => undefined) // looking needs no auth; the next wish tries again
    for (const { event, zone } of this.joined.values()) this.sendJoin(event, zone)
    this.turn('live')
    this.startBeat(wire)
  }

  /** Says who we are; a token that is refused is replaced once. */
  private async auth(again = true): Promise<void> {
    try {
      const token = await this.options.token(this.freshToken)
      if (token === null) throw new ProtocolError('unauthorized')
      const answer = await this.ask({ type: 'auth', token }, true)
      if (answer.type !== 'authed') throw new ProtocolError('code' in answer ? answer.code : 'unauthorized')
      this.freshToken = false
      this.limits = answer.limits
      this.pace.limit(answer.limits.messages_per_s * 0.8)
      if (this.wire) this.startBeat(this.wire)
    } catch (cause) {
      this.authing = null
      if (!(cause instanceof ProtocolError) || cause.code !== 'unauthorized') throw cause
      this.freshToken = true
      if (!again) throw cause
      await (this.authing = this.auth(false))
    }
  }

  private sendJoin(event: string, zone?: string): void {
    const at = zone === undefined ? null : this.options.position(event, zone)
    this.ask({ type: 'join', event, zone, ...(at ?? {}) }).catch(() => undefined) // a lost join is sent again on reconnect
  }

  private message(wire: Wire, data: unknown): void {
    if (wire !== this.wire || typeof data !== 'string') return
    const received = Date.now()
    const message = parseMessage(data)
    if (!message) return
    // Only being served proves that the server is well; an open alone may be an overloaded one's.
    this.attempt = 0
    if (isPush(message)) {
      this.options.onPush(message)
      return
    }
    const asked = message.id === null ? undefined : this.asked.get(message.id)
    if (!asked) return
    this.asked.delete(message.id as number)
    clearTimeout(asked.timer)
    if (message.now) this.clock.sample(message.now, asked.sent, received)
    if (message.type === 'error') asked.reject(new ProtocolError(message.code, message.detail))
    else asked.resolve(message)
  }

  private lost(wire: Wire, code: number): void {
    if (wire !== this.wire) return
    this.drop()
    if (!this.wanted) return
    const verdict = verdictOf(code)
    if (verdict === 'never') {
      this.turn('closed', code)
      return
    }
    if (verdict === 'renew') this.freshToken = true
    const wait = backoff(this.attempt++, code, this.options.random)
    this.turn('reconnecting', code)
    this.retry = setTimeout(() => {
      this.retry = undefined
      this.open()
    }, wait)
  }

  private drop(): void {
    const wire = this.wire
    this.wire = null
    this.authing = null
    clearInterval(this.beat)
    this.pace.clear()
    for (const [id, asked] of this.asked) {
      clearTimeout(asked.timer)
      this.asked.delete(id)
      asked.reject(new LostAnswer('connection lost'))
    }
    if (!wire) return
    wire.onopen = wire.onmessage = wire.onclose = null
    wire.close(1000)
  }

  /** Pings when nothing was heard for a while: a dead connection shows itself by the missing answer. */
  private startBeat(wire: Wire): void {
    clearInterval(this.beat)
    const every = this.limits ? Math.min(this.limits.ping_s * 1000, this.limits.idle_s * 400) : DEFAULT_PING
    this.beat = setInterval(() => {
      if (wire === this.wire) void this.ask({ type: 'ping' }).catch(() => undefined)
    }, every)
  }

  private turn(state: Connection, code?: number): void {
    if (state === this.state && code === undefined) return
    this.state = state
    this.options.onConnection(state, code)
  }
}

function key(event: string, zone?: string): string {
  return zone === undefined ? event : `${event}/${zone}`
}
