import WebSocket from 'ws'
import type { House } from './house'
import type { Place } from './plan'

/** Buyers on sockets of their own, each of whom takes two seats, gives them back, and takes two others. */
export const BUYERS = 20
const SEATS_AT_ONCE = 2
/** ms between looks at what is due. */
const BEAT = 10

export interface Buyer {
  token: string
  ask(request: object): Promise<{ type: string }>
  close(): void
  seats: Place[]
  /** How many seats it holds now. */
  holds: number
  turn: number
  busy: boolean
}

/** Other buyers who hold and release seats at a steady rate. */
export class Crowd {
  /** Changes that the server has granted. */
  made = 0
  refused = 0
  private beat: ReturnType<typeof setInterval> | undefined

  private constructor(
    private readonly event: string,
    private readonly buyers: Buyer[],
  ) {}

  /** Each buyer has seats that no other buyer asks for. */
  static async gather(house: House, event: string, places: readonly Place[]): Promise<Crowd> {
    const buyers = await Promise.all(
      Array.from({ length: BUYERS }, async (_, i) => {
        const buyer = await connect(house)
        buyer.seats = places.filter((_, place) => place % BUYERS === i)
        return buyer
      }),
    )
    return new Crowd(event, buyers)
  }

  /** Begins to change so many seats a second, as many as is said at the time. */
  start(rate: () => number): void {
    let last = performance.now()
    let due = 0
    let acted = 0
    this.beat = setInterval(() => {
      const now = performance.now()
      due += ((now - last) / 1000) * (rate() / SEATS_AT_ONCE)
      last = now
      for (; acted < due; acted++) {
        const buyer = this.buyers[acted % BUYERS]
        if (buyer && !buyer.busy) void this.act(buyer)
      }
    }, BEAT)
  }

  stop(): void {
    clearInterval(this.beat)
  }

  async leave(): Promise<void> {
    this.stop()
    await Promise.all(this.buyers.map((buyer) => buyer.ask({ type: 'release', event: this.event })))
    for (const buyer of this.buyers) buyer.close()
  }

  private async act(buyer: Buyer): Promise<void> {
    buyer.busy = true
    const first = buyer.seats[buyer.turn % buyer.seats.length]
    const seats = buyer.seats.filter((s) => s.zone === first?.zone)
    const from = Math.floor(buyer.turn / buyer.seats.length) + seats.findIndex((s) => s === first)
    const wanted = [...new Set(Array.from({ length: SEATS_AT_ONCE }, (_, i) => seats[(from + i) % seats.length]?.id))]
    const answer = await buyer.ask(buyer.holds > 0 ? { type: 'release', event: this.event } : { type: 'hold', event: this.event, zone: first?.zone, seats: wanted })
    if (answer.type === 'held' || answer.type === 'released') {
      this.made += buyer.holds || wanted.length
      buyer.holds = answer.type === 'held' ? wanted.length : 0
      if (buyer.holds === 0) buyer.turn++
    } else {
      this.refused++
      buyer.turn++
    }
    buyer.busy = false
  }
}

export async function connect(house: House): Promise<Buyer> {
  const session = (await (await fetch(`${house.url}/api/v1/sessions`, { method: 'POST' })).json()) as { token: string }
  const socket = new WebSocket(`${house.url.replace('http', 'ws')}/api/v1/socket`, 'jari.v1.json')
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const awaited = new Map<number, (answer: { type: string }) => void>()
  let id = 0
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { type: string; id?: number }
    const resolve = awaited.get(message.id ?? 0)
    awaited.delete(message.id ?? 0)
    resolve?.(message)
  })
  const ask = (request: object) =>
    new Promise<{ type: string }>((resolve) => {
      awaited.set(++id, resolve)
      socket.send(JSON.stringify({ id, ...request }))
    })
  const { type } = await ask({ type: 'auth', token: session.token })
  if (type !== 'authed') throw new Error(`a buyer of the crowd is not let in: ${type}`)
  return { token: session.token, ask, close: () => { socket.close() }, seats: [], holds: 0, turn: 0, busy: false }
}
