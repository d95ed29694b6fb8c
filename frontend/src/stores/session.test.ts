import { createPinia, disposePinia, getActivePinia, setActivePinia, type Pinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { atNow, holdOf, keepSession, NOW, openHouse, settled } from '@/testing/stores'
import { useBookings } from './bookings'
import { useConnection } from './connection'
import { useSession } from './session'
import { useToasts } from './toasts'

atNow()

beforeEach(() => {
  localStorage.clear()
  setActivePinia(createPinia())
})

afterEach(() => {
  disposePinia(getActivePinia() as Pinia) // or this page would go on hearing of the storage
})

const kept = () => JSON.parse(localStorage.getItem('jari.session') ?? 'null') as { buyer: { id: string } } | null
/** What a browser does in this tab after another has changed the storage. */
const hearOfIt = () => window.dispatchEvent(new StorageEvent('storage', { key: 'jari.session' }))
const guest = (id: string) => new Response(JSON.stringify({ token: `token-of-${id}`, expires_at: '2099-01-01T00:00:00.000Z', buyer: { id } }), { status: 201 })

/** A server that makes guests only when told to. */
function slowServer() {
  const asked: ((id: string) => void)[] = []
  const bearers: (string | null)[] = []
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    bearers.push(new Headers(init.headers).get('Authorization'))
    return new Promise<Response>((resolve) => asked.push((id) => resolve(guest(id))))
  })
  return { asked, bearers }
}

describe('a guest', () => {
  it('is made once, whoever asks', async () => {
    const { asked } = slowServer()
    const session = useSession()
    const tokens = [session.token(), session.token()]
    await settled()
    expect(asked).toHaveLength(1)
    asked[0]?.('b1')
    expect(await Promise.all(tokens)).toEqual(['token-of-b1', 'token-of-b1'])
    expect(kept()?.buyer.id).toBe('b1')
  })

  it('is the one that another tab has made while this one waited for its turn', async () => {
    const { asked } = slowServer()
    let turn: () => void = () => undefined
    vi.stubGlobal('navigator', { locks: { request: (_: string, act: () => unknown) => new Promise<void>((resolve) => (turn = resolve)).then(act) } })
    const token = useSession().token()
    await settled()
    keepSession('first')
    turn()
    expect(await token).toBe('token-of-first')
    expect(asked).toHaveLength(0)
    expect(useSession().buyer).toBe('first')
  })

  it('is the one of the faster tab where the browser has no locks', async () => {
    const { asked } = slowServer()
    const token = useSession().token()
    await settled()
    keepSession('first')
    asked[0]?.('second')
    expect(await token).toBe('token-of-first')
    expect(kept()?.buyer.id).toBe('first')
  })

  it('comes about without locks when the browser refuses them', async () => {
    const { asked } = slowServer()
    vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(new Error('denied')) } })
    const token = useSession().token()
    await settled()
    asked[0]?.('b1')
    expect(await token).toBe('token-of-b1')
  })

  it('is renewed, the same, before the time is over', async () => {
    localStorage.setItem('jari.session', JSON.stringify({ token: 'old', expires_at: '2026-12-06T09:00:00.000Z', buyer: { id: 'b1' } }))
    const { asked, bearers } = slowServer()
    const session = useSession()
    expect(await session.token()).toBe('old')
    await settled()
    expect(bearers).toEqual(['Bearer old'])
    asked[0]?.('b1')
    await settled()
    expect(await session.token()).toBe('token-of-b1')
  })

  it('stays when another tab only clears the storage', () => {
    keepSession('b1')
    const session = useSession()
    localStorage.clear()
    hearOfIt()
    expect(session.buyer).toBe('b1')
  })
})

describe('another buyer in this browser', () => {
  it('gets a socket, a hold and bookings of its own', async () => {
    const { hold, served, push, wires, wire, routes } = await openHouse()
    await served()
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1'), cause: 'changed' })
    await useBookings().load()
    routes['GET /events/small/hold'] = () => ({ status: 200, body: { now: NOW, hold: holdOf('B-1') } })
    keepSession('b2')
    hearOfIt()
    expect(hold.marks.has('A-1')).toBe(false)
    expect(wires).toHaveLength(2)
    expect(wires[0]?.closed).toBe(1000)
    wire().opens()
    await settled()
    expect(wire().asked('auth')).toMatchObject({ token: 'token-of-b2' })
    expect([...hold.marks.keys()]).toEqual(['B-1'])
    expect(useToasts().toasts.map((t) => t.key)).toEqual(['refused.unauthorized'])
    expect(hold.ended).toBeNull()
  })

  it('who is the same with a newer token needs no other socket', async () => {
    const { served, wires } = await openHouse()
    await served()
    keepSession('b1', 'newer')
    hearOfIt()
    await settled()
    expect(wires).toHaveLength(1)
    expect(useConnection().state).toBe('live')
  })

  it('is made once when the kept token is refused by HTTP and by the socket', async () => {
    const { calls, routes, wire, wires } = await openHouse({ before: () => keepSession('x', 'bad') })
    const known = (init: Headers) => init.get('Authorization') !== 'Bearer bad'
    routes['GET /events/small/hold'] = () => (known(calls.at(-1)?.headers ?? new Headers()) ? { status: 200, body: { now: NOW, hold: null } } : { status: 401, body: { code: 'unauthorized' } })
    wire().opens()
    await settled()
    wire().says({ type: 'error', id: wire().asked('auth')?.id, code: 'unauthorized' })
    wire().ends(4501)
    await vi.advanceTimersByTimeAsync(1_000)
    wire().opens()
    await settled()
    expect(calls.filter((c) => c.route === 'POST /sessions')).toHaveLength(1)
    expect(wires.flatMap((w) => w.sent.filter((m) => m.type === 'auth').map((m) => m.token))).toEqual(['bad', 'token-1'])
  })
})
