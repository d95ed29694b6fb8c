import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { atNow, holdOf, keepSession, NOW, serveHouse, settled } from '@/testing/stores'
import { JariSeatMap } from './element'
import './index'

vi.mock('vue-router', () => import('./routes')) // as vite.embed.config.ts does

atNow()
beforeEach(() => {
  localStorage.clear()
})
afterEach(async () => {
  document.body.replaceChildren()
  await settled()
})

const HERE = location.origin

async function add(attributes: Record<string, string> = {}, into: HTMLElement = document.body) {
  const map = document.createElement('jari-seat-map')
  for (const [name, value] of Object.entries({ event: 'small', server: HERE, lang: 'en', ...attributes })) map.setAttribute(name, value)
  const told: { type: string; detail: unknown }[] = []
  for (const type of ['select', 'hold', 'refuse', 'expire', 'book'] as const) {
    map.addEventListener(type, (event) => told.push({ type, detail: event.detail }))
  }
  into.append(map)
  await settled()
  const inside = (selector: string) => map.shadowRoot?.querySelector<HTMLElement>(selector) ?? null
  return { map, told, inside, names: () => told.map((t) => t.type) }
}

async function pick(inside: (selector: string) => HTMLElement | null): Promise<void> {
  await vi.advanceTimersByTimeAsync(1) // Vue takes no event of the moment that a listener came in
  inside('[data-testid=seat-list-open]')?.click()
  await settled()
  inside('[data-seat=B-2]')?.click()
  await settled()
}

describe('the element', () => {
  it('is the class of its tag, whose properties are its attributes', async () => {
    serveHouse()
    const { map } = await add()
    expect(map).toBeInstanceOf(JariSeatMap)
    map.zone = 'A'
    map.seats = ['A-1', 'A-2'].join(',')
    map.theme = 'dark'
    expect([map.getAttribute('zone'), map.getAttribute('seats'), map.getAttribute('theme'), map.event]).toEqual(['A', 'A-1,A-2', 'dark', 'small'])
    map.zone = ''
    expect(map.hasAttribute('zone')).toBe(false)
  })

  it('takes a property that was set before the script came', async () => {
    serveHouse()
    const map = document.createElement('jari-seat-map')
    Object.defineProperty(map, 'event', { value: 'small', configurable: true, writable: true })
    map.setAttribute('server', HERE)
    document.body.append(map)
    await settled()
    expect(map.getAttribute('event')).toBe('small')
    expect(map.shadowRoot?.querySelector('[data-event=small]')).not.toBeNull()
  })

  it('leaves title, language and address of the page alone', async () => {
    serveHouse()
    document.title = 'Host'
    document.documentElement.lang = 'fr'
    const before = [location.href, history.length]
    await add({ lang: 'ko' })
    expect([document.title, document.documentElement.lang, location.href, history.length]).toEqual(['Host', 'fr', ...before])
    document.documentElement.lang = ''
  })

  it('speaks its own language, that of what is around it, or the browser\'s, and follows a change', async () => {
    serveHouse()
    const around = document.createElement('div')
    around.lang = 'ko-KR'
    document.body.append(around)
    const { map, inside } = await add({ lang: '' }, around)
    expect(inside('.jari')?.lang).toBe('ko')
    map.lang = 'en'
    await settled()
    expect(inside('.jari')?.lang).toBe('en')
    expect(inside('[data-testid=book]')?.textContent).toContain('Book')
  })

  it('keeps its colours light or dark when told to', async () => {
    serveHouse()
    const { map, inside } = await add()
    expect(inside('.jari')?.dataset.theme).toBe('auto')
    map.theme = 'dark'
    await settled()
    expect(inside('.jari')?.dataset.theme).toBe('dark')
  })

  it('without an event, or with a server that is none, says so', async () => {
    const { calls } = serveHouse()
    expect((await add({ event: '' })).inside('.place')?.textContent).toContain('event=')
    document.body.replaceChildren()
    await settled()
    expect((await add({ server: 'ftp://tickets.example' })).inside('[role=alert]')?.textContent).toContain('server=')
    expect(calls).toEqual([])
  })

  it('beside one of another server says that a page has one, and keeps asking the first', async () => {
    const { calls } = serveHouse()
    await add()
    const second = await add({ server: 'https://other.example' })
    expect(second.inside('[role=alert]')?.textContent).toContain('another server')
    expect(calls.some((c) => c.route.includes('other.example'))).toBe(false)
  })

  it('comes to the places without numbers as often as they are asked for', async () => {
    const { served } = serveHouse()
    const { map, inside } = await add()
    await served()
    const surface = inside('[data-testid=seat-map]')
    for (let i = 0; i < 2; i++) {
      surface?.focus()
      for (const key of ['End', 'Enter']) {
        surface?.dispatchEvent(new KeyboardEvent('keydown', { key }))
        await settled()
      }
      expect(map.shadowRoot?.activeElement?.getAttribute('data-testid')).toBe('general-G')
    }
  })

  it('says that its page is not allowed when the server ends the socket for its origin', async () => {
    const { wire, routes } = serveHouse()
    routes['GET /events/small'] = () => {
      throw new TypeError('Failed to fetch') // what CORS leaves of an answer
    }
    const { inside } = await add()
    wire().opens()
    wire().ends(4503)
    await settled()
    expect(inside('[data-testid=not-allowed]')?.textContent).toContain('not among those allowed')
  })
})

describe('what it tells', () => {
  it('a wish, what the server keeps, and what is given back', async () => {
    const { served, answer } = serveHouse()
    const { map, told, inside, names } = await add()
    await served()
    await pick(inside)
    const seat = { zone: 'A', seat: 'B-2', name: 'Stalls, row B, seat 2', price: { amount: 150_000, currency: 'KRW' } }
    expect(told).toEqual([{ type: 'select', detail: { event: 'small', seats: [seat] } }])
    await answer('hold', { type: 'held', now: NOW, hold: holdOf('B-2') })
    expect(names()).toEqual(['select', 'hold'])
    expect(told[1]?.detail).toEqual({ event: 'small', seats: [seat], total: seat.price, expiresAt: holdOf().expires_at })

    const released = map.release()
    await settled()
    await answer('release', { type: 'released', now: NOW, hold: null })
    await released
    expect(names()).toEqual(['select', 'hold', 'select', 'hold'])
    expect(told[3]?.detail).toEqual({ event: 'small', seats: [], total: null, expiresAt: null })
  })

  it('a refusal, with what stood in the way', async () => {
    const { served, answer } = serveHouse()
    const { told, inside, names } = await add()
    await served()
    await pick(inside)
    await answer('hold', { type: 'refused', code: 'seat_unavailable', seats: [{ zone: 'A', seat: 'B-2', state: 1 }] })
    expect(names().slice(0, 2)).toEqual(['select', 'refuse'])
    expect(told[1]?.detail).toEqual({ event: 'small', code: 'seat_unavailable', seats: [{ zone: 'A', seat: 'B-2', name: 'Stalls, row B, seat 2', state: 'held' }] })
  })

  it('that the time ran out', async () => {
    const { served, push } = serveHouse()
    const { told, names } = await add()
    await served()
    await push({ type: 'hold', event: 'small', hold: holdOf('B-2'), cause: 'changed' })
    await push({ type: 'hold', event: 'small', hold: null, cause: 'expired' })
    expect(names()).toContain('expire')
    expect(told.find((t) => t.type === 'expire')?.detail).toMatchObject({ reason: 'expired', seats: [{ seat: 'B-2' }] })
  })

  it('a booking once it is confirmed, with an address that opens it anywhere', async () => {
    const { served, push, routes } = serveHouse()
    const booking = { id: 'k1', reference: 'ABCD2345', status: 'pending', event: 'small', seats: holdOf('B-2').seats, total: { amount: 150_000, currency: 'KRW' }, created_at: NOW }
    routes['POST /events/small/bookings'] = () => ({ status: 202, body: { booking } })
    routes['GET /bookings/k1'] = () => ({ status: 200, body: { booking } })
    routes['POST /bookings/k1/link'] = () => ({ status: 201, body: { key: 'secret' } })
    const { told, inside, names } = await add()
    await served()
    await push({ type: 'hold', event: 'small', hold: holdOf('B-2'), cause: 'changed' })
    inside('form.bar')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await settled()
    expect(inside('[data-testid=booked]')?.dataset.status).toBe('pending')
    expect(names()).not.toContain('book')
    await push({ type: 'booking', booking: { ...booking, status: 'confirmed' } })
    expect(told.at(-1)).toMatchObject({ type: 'book', detail: { event: 'small', booking: { id: 'k1', reference: 'ABCD2345' }, url: `${HERE}/bookings/k1#key=secret` } })
    inside('[data-testid=choose-more]')?.click()
    await settled()
    expect(inside('[data-testid=seat-map]')).not.toBeNull()
  })

  it('bubbles out of what it is in', async () => {
    const { served, push } = serveHouse()
    const outer = document.createElement('div')
    outer.attachShadow({ mode: 'open' })
    document.body.append(outer)
    const heard = vi.fn()
    document.body.addEventListener('hold', heard)
    const map = document.createElement('jari-seat-map')
    map.setAttribute('event', 'small')
    map.setAttribute('server', HERE)
    outer.shadowRoot?.append(map)
    await settled()
    await served()
    await push({ type: 'hold', event: 'small', hold: holdOf('B-2'), cause: 'changed' })
    document.body.removeEventListener('hold', heard)
    expect(heard).toHaveBeenCalledOnce()
  })
})

describe('two of them', () => {
  it('have sockets, languages and messages of their own, and one buyer', async () => {
    keepSession('b1')
    const { wires } = serveHouse()
    const first = await add()
    const second = await add({ lang: 'ko' })
    expect(wires).toHaveLength(2)
    wires[0]?.opens()
    await settled()
    expect(first.inside('.jari')?.lang).toBe('en')
    expect(second.inside('.jari')?.lang).toBe('ko')
    expect(first.inside('[data-testid=connection]')?.dataset.state).toBe('live')
    expect(second.inside('[data-testid=connection]')?.dataset.state).not.toBe('live')
  })
})

describe('taken out', () => {
  it('closes its socket, hears of nothing more, and begins anew when it is put back', async () => {
    const { wires, wire, served } = serveHouse()
    const added = vi.spyOn(window, 'addEventListener')
    const removed = vi.spyOn(window, 'removeEventListener')
    const { map, inside } = await add()
    await served()
    map.remove()
    await settled()
    expect(wire().closed).toBe(1000)
    expect(map.shadowRoot?.childElementCount).toBe(0)
    const heard = (spy: typeof added | typeof removed) => spy.mock.calls.map(([type]) => type).filter((type) => type === 'online' || type === 'storage')
    expect(heard(removed).sort()).toEqual(heard(added).sort())
    document.body.append(map)
    await settled()
    expect(wires).toHaveLength(2)
    expect(inside('[data-testid=seat-map]')).not.toBeNull()
  })

  it('and put elsewhere at once stays as it is', async () => {
    const { wires, served, wire } = serveHouse()
    const { map } = await add()
    await served()
    const box = document.createElement('div')
    document.body.append(box)
    box.append(map)
    await settled()
    expect(wires).toHaveLength(1)
    expect(wire().closed).toBeUndefined()
  })

  it('shows another event on the same socket', async () => {
    const { wires, routes, calls, wire, served } = serveHouse()
    routes['GET /events/other'] = () => ({ status: 404, body: { code: 'not_found' } })
    const { map } = await add()
    await served()
    map.event = 'other'
    await settled()
    expect(calls.some((c) => c.route === 'GET /events/other')).toBe(true)
    expect(wires).toHaveLength(1)
    expect(wire().asked('leave')).toMatchObject({ event: 'small' })
  })
})
