import { Answers, LostAnswer, ProtocolError } from './answers'
import { ServerClock } from './clock'
import { Joins, type JoinsOptions } from './joins'
import { isPush, parseMessage, type Answer, type Limits, type Push, type Request } from './messages'
import { Pace } from './pace'
import { backoff, verdictOf } from './reconnect'
import type { Wire } from './wire'

/** `closed`: it does not come back by itself. */
export type Connection = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'closed'

export interface SocketOptions extends Omit<JoinsOptions, 'ask'> {
  url: string
  open?: (url: string, protocol: string) => Wire
  /** A token to hold with; `fresh`: the last one was refused. Null: only look. */
  token: (fresh: boolean) => Promise<string | null>
  onPush: (message: Push) => void
  onConnection: (state: Connection, code?: number) => void
  onLimits?: (limits: Limits) => void
  /** Anything was heard. */
  onHeard?: () => void
  /** Which page the server would send now. */
  onPage?: (page: string) => void
  clock?: ServerClock
}

const OPEN = 1
const DEFAULT_RATE = 20
const DEFAULT_PING = 20_000
/** A connection that has not opened by then does not, ms: some networks answer nothing at all. */
const HANDSHAKE = 8_000
/** One that opens for longer than this is begun anew when the network is back, ms. */
const MOMENT = 1_500

/**
 * One socket to the server that comes back by itself, says who it is and joins again what was joined, from where it was.
 * In the order of time: connect, auth, join, then requests and pushes until it closes.
 */
export class LiveSocket {
  state: Connection = 'idle'
  limits: Limits | null = null
  readonly clock: ServerClock
  private wire: Wire | null = null
  private attempt = 0
  private wanted = false
  private freshToken = false
  /** A token was, and none has been taken since. */
  private refused = false
  private openedAt = 0
  private handshake: ReturnType<typeof setTimeout> | undefined
  private retry: ReturnType<typeof setTimeout> | undefined
  private beat: ReturnType<typeof setInterval> | undefined
  private authing: Promise<void> | null = null
  private readonly answers: Answers
  private readonly joins: Joins
  private readonly pace = new Pace(DEFAULT_RATE)

  constructor(private readonly options: SocketOptions) {
    this.clock = options.clock ?? new ServerClock()
    this.answers = new Answers(this.clock)
    this.joins = new Joins({ ...options, ask: (request) => this.ask(request) })
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
    this.joins.clear()
    this.drop()
    this.turn('idle')
  }

  /** The buyer is another one: the server keeps a socket for one buyer, so there must be another socket. */
  changeBuyer(): void {
    this.freshToken = false // the new buyer has one; to ask for another would make one more buyer, and so on
    if (this.state === 'live') this.reopen() // one that is opening asks for the token later
  }

  /** The network may be back, or the page visible again: do not wait for the next attempt, and check a silent socket. */
  nudge(): void {
    if (!this.wanted || this.state === 'closed') return
    if (this.state === 'live') void this.ask({ type: 'ping' }).catch(() => undefined)
    else if (this.retry !== undefined || Date.now() - this.openedAt > MOMENT) this.reopen()
  }

  /** Joins a zone, or the event's overview without one, now and after every reconnect. */
  join(event: string, zone?: string): void {
    this.joins.add(event, zone)
    this.rejoin(event, zone)
  }

  /** The zone's frames do not fit: ask again from where it stands. */
  rejoin(event: string, zone?: string): void {
    if (this.state === 'live') this.joins.askFor(event, zone)
  }

  leave(event: string, zone?: string): void {
    if (this.joins.remove(event, zone) && this.state === 'live') void this.ask({ type: 'leave', event, zone }).catch(() => undefined)
  }

  /** Asks as the buyer: waits until the server knows who we are. */
  async askAsBuyer(request: Request): Promise<Answer> {
    const authing = this.known()
    await authing
    try {
      return await this.ask(request, true)
    } catch (cause) {
      if (!(cause instanceof ProtocolError) || cause.code !== 'unauthorized') throw cause
      // The token's time was over and nothing was done. Several requests may learn it: the first gets another token for all.
      if (this.authing === authing) {
        this.freshToken = true
        this.authing = null
      }
      await this.known()
      return this.ask(request, true)
    }
  }

  ask(request: Request, urgent = false): Promise<Answer> {
    const wire = this.wire
    if (!wire || wire.readyState !== OPEN) return Promise.reject(new LostAnswer('not connected', false))
    const { id, answer, sent } = this.answers.expect(() => {
      this.lost(wire, 0)
    })
    this.pace.push(() => {
      if (wire.readyState !== OPEN) return
      sent()
      wire.send(JSON.stringify({ id, ...request }))
    }, urgent)
    return answer
  }

  private open(): void {
    this.turn(this.attempt === 0 && this.state === 'idle' ? 'connecting' : 'reconnecting')
    const make = this.options.open ?? ((url, protocol) => new WebSocket(url, protocol))
    const wire = make(this.options.url, 'jari.v1.json')
    this.wire = wire
    this.openedAt = Date.now()
    this.handshake = setTimeout(() => {
      this.lost(wire, 0)
    }, HANDSHAKE)
    wire.onopen = () => {
      this.opened(wire)
    }
    wire.onmessage = (event: MessageEvent) => {
      this.message(wire, event.data)
    }
    wire.onclose = (event: CloseEvent) => {
      this.lost(wire, event.code)
    }
  }

  private reopen(): void {
    clearTimeout(this.retry)
    this.retry = undefined
    this.drop()
    this.open()
  }

  private opened(wire: Wire): void {
    if (wire !== this.wire) return
    clearTimeout(this.handshake)
    this.authing = this.auth(wire)
    this.authing.catch(() => undefined) // looking needs no auth; the next wish tries again
    this.joins.askAll()
    this.turn('live')
    this.startBeat(wire)
  }

  /** Resolves when the server knows the buyer. */
  private known(): Promise<void> {
    if (this.state !== 'live' || !this.wire) return Promise.reject(new LostAnswer('not connected', false))
    return (this.authing ??= this.auth(this.wire))
  }

  /** Says who we are. After a refusal the server ends the connection, and the next one comes with another token. */
  private async auth(wire: Wire): Promise<void> {
    try {
      const token = await this.options.token(this.freshToken)
      if (wire !== this.wire) throw new LostAnswer('connection lost', false)
      if (token === null) throw new ProtocolError('unauthorized')
      const answer = await this.ask({ type: 'auth', token }, true)
      if (answer.type !== 'authed') throw new ProtocolError('code' in answer ? answer.code : 'unauthorized')
      this.freshToken = this.refused = false
      this.attempt = 0
      this.limits = answer.limits
      this.pace.limit(answer.limits.messages_per_s * 0.8)
      this.options.onLimits?.(answer.limits)
      this.startBeat(wire)
    } catch (cause) {
      if (wire === this.wire) this.authing = null
      if (cause instanceof LostAnswer) throw new LostAnswer(cause.message, false) // whatever waits for us has not been asked
      if (cause instanceof ProtocolError && cause.code === 'unauthorized') this.freshToken = true
      throw cause
    }
  }

  private message(wire: Wire, data: unknown): void {
    if (wire !== this.wire || typeof data !== 'string') return
    const message = parseMessage(data)
    if (!message) return
    this.options.onHeard?.()
    if ('page' in message && typeof message.page === 'string') this.options.onPage?.(message.page)
    // Only being served proves that the server is well; an open alone may be an overloaded one's. Who takes no token lets look all the
    // same, and to come back soon to it would make a guest every time.
    if (message.type !== 'error' && !this.refused) this.attempt = 0
    if (isPush(message)) this.options.onPush(message)
    else this.answers.take(message)
  }

  private lost(wire: Wire, code: number): void {
    if (wire !== this.wire) return
    this.drop()
    if (!this.wanted) return
    const verdict = verdictOf(code)
    if (verdict === 'never') return this.turn('closed', code)
    if (verdict === 'renew') this.freshToken = this.refused = true
    const wait = backoff(this.attempt++, code, this.options.random)
    this.turn('reconnecting', code)
    this.retry = setTimeout(() => {
      this.reopen()
    }, wait)
  }

  private drop(): void {
    const wire = this.wire
    this.wire = null
    this.authing = null
    clearTimeout(this.handshake)
    clearInterval(this.beat)
    this.pace.clear()
    this.joins.rest()
    this.answers.lose()
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
