import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, vi } from 'vitest'
import type { EventInfo } from '@/protocol/shapes'
import { useHold } from '@/stores/hold'
import { useLive } from '@/stores/live'
import { smallHouse } from './plan'
import { LIMITS } from './socket'
import { FakeWire } from './wire'

export const NOW = '2026-12-05T09:00:00.000Z'

/** Every test of the file begins at NOW, on a clock that only the test moves. */
export function atNow(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse(NOW) })
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })
}

/** Answers of the server over HTTP, by method and path; a test changes them as it goes. */
type Routes = Record<string, () => { status: number; body?: unknown; headers?: Record<string, string> }>

export const heldSeat = (seat: string) => ({ zone: 'A', seat, price: { amount: 150_000, currency: 'KRW' } })
/** What another tab that is someone else leaves in the storage; also what this tab kept. */
export function keepSession(buyer: string, token = `token-of-${buyer}`): void {
  localStorage.setItem('jari.session', JSON.stringify({ token, expires_at: '2099-01-01T00:00:00.000Z', buyer: { id: buyer } }))
}

export const holdOf = (...seats: string[]) => ({ id: 'h1', event: 'small', seats: seats.map(heldSeat), expires_at: '2026-12-05T09:05:00.000Z', extendable: false })

interface House {
  /** What the page finds in the storage. */
  before?: () => void
  /** Makes another house of the small one. */
  change?: (event: EventInfo) => void
  /** Routes that the server has not yet. */
  without?: string[]
}

/** The test is the server of the small house, for whatever asks one. */
export function serveHouse({ change = () => undefined, without = [] }: Omit<House, 'before'> = {}) {
  const { event, zones } = smallHouse()
  change(event)
  const wires: FakeWire[] = []
  vi.stubGlobal('WebSocket', function open() {
    const wire = new FakeWire()
    wires.push(wire)
    return wire
  })
  const calls: { route: string; body: unknown; headers: Headers }[] = []
  const routes: Routes = {
    'POST /sessions': () => ({ status: 201, body: { token: `token-${calls.filter((c) => c.route === 'POST /sessions').length}`, expires_at: '2099-01-01T00:00:00.000Z', buyer: { id: 'b1' } } }),
    'GET /events/small': () => ({ status: 200, body: event }),
    'GET /events/small/zones': () => ({ status: 200, body: { plan: 'h1', zones: { A: zones[0]?.seats } } }),
    'GET /events/small/hold': () => ({ status: 200, body: { now: NOW, hold: null } }),
    'GET /bookings': () => ({ status: 200, body: { bookings: [] } }),
  }
  for (const route of without) routes[route] = () => ({ status: 503, body: { code: 'unavailable' } })
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    const route = `${init.method ?? 'GET'} ${url.replace('/api/v1', '').replace(/\?.*/, '')}`
    calls.push({ route, body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined, headers: new Headers(init.headers) })
    const answer = routes[route]?.() ?? { status: 404, body: { code: 'not_found' } }
    return Promise.resolve(new Response(answer.status === 204 ? null : JSON.stringify(answer.body), { status: answer.status, headers: answer.headers }))
  })
  const wire = (): FakeWire => {
    const last = wires.at(-1)
    if (!last) throw new Error('no socket was opened')
    return last
  }
  /** The socket opens and the server knows the buyer. */
  async function served(): Promise<void> {
    wire().opens()
    await settled()
    wire().says({ type: 'authed', id: wire().asked('auth')?.id, now: NOW, buyer: { id: 'b1' }, limits: LIMITS })
    wire().says({ type: 'snapshot', event: 'small', zone: 'A', epoch: 1, version: 10, states: '0'.repeat(15) })
    wire().says({ type: 'snapshot', event: 'small', zone: 'G', epoch: 1, version: 1, available: 50 })
    await settled()
  }
  /** Answers the last request of a type. */
  async function answer(type: string, message: object): Promise<void> {
    wire().says({ ...message, id: wire().asked(type)?.id })
    await settled()
  }
  async function push(message: object): Promise<void> {
    wire().says(message)
    await settled()
  }
  return { wires, wire, routes, calls, served, answer, push }
}

/** The stores of an open event, with the test as their server. */
export async function openHouse({ before = () => undefined, ...how }: House = {}) {
  localStorage.clear()
  before()
  setActivePinia(createPinia())
  const server = serveHouse(how)
  const live = useLive()
  const hold = useHold()
  await live.open('small')
  hold.start()
  return { live, hold, ...server }
}

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0)
}
