import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventInfo } from '@/protocol/shapes'
import { smallHouse } from '@/testing/plan'
import { atNow, NOW, openHouse } from '@/testing/stores'
import { useConnection } from './connection'

atNow()

/** Of a house as large as this only what is looked at is asked for. */
const large = (event: EventInfo) => {
  event.zones.forEach((z) => (z.capacity = 5_000))
}

describe('without a socket', () => {
  /** A house whose zones are asked for over HTTP; A is another every time. */
  async function deaf(change?: (event: EventInfo) => void) {
    const house = await openHouse({ change })
    const connection = useConnection()
    let version = 10
    house.routes['GET /events/small/zones/A/state'] = () => {
      version++
      return { status: 200, body: { epoch: 1, version, live: true, states: '0'.repeat(14) + String(version % 2) } }
    }
    house.routes['GET /events/small/zones/G/state'] = () => ({ status: 200, body: { epoch: 1, version: 1, live: true, available: 50 } })
    const asked = () => house.calls.filter((c) => c.route.endsWith('/state')).length
    return { ...house, connection, asked, at: (ms: number) => Date.parse(NOW) + ms }
  }

  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('pictures are asked for again and again, and say of when they are', async () => {
    const { live, connection, asked, at, wire } = await deaf()
    await vi.advanceTimersByTimeAsync(2_400)
    expect([asked(), connection.lastLive]).toEqual([0, 0])
    await vi.advanceTimersByTimeAsync(200)
    expect([asked(), connection.lastLive, live.zones.get('A')?.states[14]]).toEqual([2, at(2_500), 1])
    expect(live.left.get('G')?.available).toBe(50)
    wire().ends(1006)
    await vi.advanceTimersByTimeAsync(4_000)
    expect([asked(), connection.lastLive, live.zones.get('A')?.states[14]]).toEqual([4, at(6_500), 0])
  })

  it('a zone that the server cannot give is passed over, and makes the others no newer', async () => {
    const { live, connection, asked, at, routes } = await deaf()
    const give = routes['GET /events/small/zones/A/state']
    routes['GET /events/small/zones/A/state'] = () => ({ status: 503, body: { code: 'unavailable' } })
    await vi.advanceTimersByTimeAsync(2_500)
    expect([asked(), live.current('A'), live.current('G'), connection.lastLive]).toEqual([2, false, true, at(2_500)])
    await vi.advanceTimersByTimeAsync(4_000)
    expect([asked(), connection.lastLive]).toEqual([4, at(2_500)])
    if (give) routes['GET /events/small/zones/A/state'] = give
    await vi.advanceTimersByTimeAsync(4_000)
    expect([live.current('A'), connection.lastLive]).toEqual([true, at(10_500)])
  })

  it('a server that asks for time gets it', async () => {
    const { live, asked, routes } = await deaf()
    routes['GET /events/small/zones/A/state'] = () => ({ status: 429, body: { code: 'rate_limited' }, headers: { 'Retry-After': '30' } })
    await vi.advanceTimersByTimeAsync(32_000)
    expect([asked(), live.current('G')]).toEqual([1, false])
    await vi.advanceTimersByTimeAsync(500)
    expect([asked(), live.current('G')]).toEqual([3, true])
    live.look([])
    live.look(['A'])
    await vi.advanceTimersByTimeAsync(29_500)
    expect(asked()).toBe(3)
  })

  it('a server that asks for more time than a timer can wait makes none that ends at once', async () => {
    const { asked, routes } = await deaf()
    routes['GET /events/small/zones/A/state'] = () => ({ status: 429, body: { code: 'rate_limited' }, headers: { 'Retry-After': String(30 * 86_400) } })
    const set = vi.spyOn(globalThis, 'setTimeout')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked()).toBe(1)
    expect(Math.max(...set.mock.calls.map(([, ms = 0]) => ms))).toBe(2 ** 31 - 1)
    set.mockRestore()
  })

  describe('the time that a server asked for is kept', () => {
    /** Told at 2.5 s to ask for nothing until 62.5 s; it is 10 s. */
    async function told() {
      const house = await deaf(large)
      const give = house.routes['GET /events/small/zones/A/state']
      house.routes['GET /events/small/zones/A/state'] = () => ({ status: 429, body: { code: 'rate_limited' }, headers: { 'Retry-After': '60' } })
      house.live.look(['A'])
      await vi.advanceTimersByTimeAsync(10_000)
      expect(house.asked()).toBe(1)
      if (give) house.routes['GET /events/small/zones/A/state'] = give
      return house
    }

    /** Nothing is asked for until then, and something as soon as it is. */
    async function waitsFrom(ms: number, asked: () => number) {
      await vi.advanceTimersByTimeAsync(62_499 - ms)
      expect(asked()).toBe(1)
      await vi.advanceTimersByTimeAsync(1)
      expect(asked()).toBeGreaterThan(1)
    }

    it('in the next event, wherever the buyer goes there', async () => {
      const { live, asked, routes } = await told()
      routes['GET /events/other'] = () => ({ status: 200, body: { ...smallHouse().event, id: 'other' } })
      routes['GET /events/other/zones/A/state'] = routes['GET /events/small/zones/A/state'] ?? (() => ({ status: 404 }))
      await live.open('other')
      await vi.advanceTimersByTimeAsync(10_000)
      live.look(['G', 'A'])
      await waitsFrom(20_000, asked)
    })

    it('with the usual pause, where that is longer, also for zones that were not asked for yet', async () => {
      const { asked, routes } = await deaf()
      routes['GET /events/small/zones/A/state'] = () => ({ status: 429, body: { code: 'rate_limited' }, headers: { 'Retry-After': '1' } })
      await vi.advanceTimersByTimeAsync(6_499)
      expect(asked()).toBe(1)
      await vi.advanceTimersByTimeAsync(1)
      expect(asked()).toBe(3)
    })

    it('after a socket that came and went', async () => {
      const { wire, asked } = await told()
      wire().ends(1006)
      await vi.advanceTimersByTimeAsync(1_000)
      wire().opens()
      await vi.advanceTimersByTimeAsync(1_000)
      wire().ends(1006)
      await waitsFrom(12_000, asked)
    })

    it('when it was asked for after the event was left, and whatever the clock is said to be', async () => {
      const { live, connection, asked } = await deaf(large)
      let refuse: () => void = () => undefined
      const asks = fetch
      const refusal = new Response('{"code":"rate_limited"}', { status: 429, headers: { 'Retry-After': '60' } })
      vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
        const answer = await asks(url, init)
        return url.endsWith('/A/state') && asked() === 1 ? new Promise<Response>((resolve) => (refuse = () => resolve(refusal))) : answer
      })
      live.look(['A'])
      await vi.advanceTimersByTimeAsync(2_500)
      await live.open('small')
      live.look(['A'])
      refuse()
      await vi.advanceTimersByTimeAsync(500)
      connection.clock.offset = 3_600_000
      await waitsFrom(3_000, asked)
    })
  })

  it('a zone that the buyer comes to does not wait for the round of the others, and is not pressed for again and again', async () => {
    const { live, asked, routes } = await deaf(large)
    routes['GET /events/small/zones/G/state'] = () => ({ status: 503, body: { code: 'unavailable' } })
    live.look(['A'])
    await vi.advanceTimersByTimeAsync(2_500)
    expect(asked()).toBe(1)
    live.look(['A', 'G'])
    await vi.advanceTimersByTimeAsync(2_500)
    expect(asked()).toBe(3)
    live.look(['G', 'A'])
    await vi.advanceTimersByTimeAsync(3_900)
    expect(asked()).toBe(3)
    await vi.advanceTimersByTimeAsync(100)
    expect(asked()).toBe(5)
  })

  it('a zone that the buyer comes back to is current again with its picture', async () => {
    const { live, at, connection } = await deaf(large)
    live.look(['A'])
    await vi.advanceTimersByTimeAsync(2_500)
    live.look([])
    live.look(['A'])
    expect(live.current('A')).toBe(false)
    await vi.advanceTimersByTimeAsync(4_000)
    expect([live.current('A'), connection.lastLive]).toEqual([true, at(6_500)])
  })

  it('a picture that is too old to show makes what is shown no newer', async () => {
    const { live, connection, asked, at, routes } = await deaf()
    await vi.advanceTimersByTimeAsync(2_500)
    const database = { epoch: 0, version: 0, live: false }
    routes['GET /events/small/zones/A/state'] = () => ({ status: 200, body: { ...database, states: '3'.repeat(15) } })
    routes['GET /events/small/zones/G/state'] = () => ({ status: 200, body: { ...database, available: 7 } })
    await vi.advanceTimersByTimeAsync(4_000)
    expect([asked(), connection.lastLive]).toEqual([4, at(2_500)])
    expect([live.zones.get('A')?.states[0], [...live.stale].sort()]).toEqual([0, ['A', 'G']])
  })

  it('an answer that comes after the socket does is not heard', async () => {
    const { live, served, routes } = await deaf()
    let answer: () => void = () => undefined
    const asks = fetch
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      if (url.endsWith('/A/state')) await new Promise<void>((resolve) => (answer = resolve))
      return asks(url, init)
    })
    routes['GET /events/small/zones/A/state'] = () => ({ status: 200, body: { epoch: 0, version: 0, live: false, states: '3'.repeat(15) } })
    await vi.advanceTimersByTimeAsync(2_500)
    await served()
    expect(live.ready).toBe(true)
    answer()
    await vi.advanceTimersByTimeAsync(0)
    expect([live.ready, live.stale.size]).toEqual([true, 0])
  })

  it('the next event is not of a time when another was shown', async () => {
    const { live, connection, at } = await deaf()
    await vi.advanceTimersByTimeAsync(2_500)
    expect(connection.lastLive).toBe(at(2_500))
    await live.open('small')
    expect(connection.lastLive).toBe(0)
  })

  it('nothing is asked for in a tab that nobody sees, nor after the event is closed, nor once the socket is there', async () => {
    const { live, connection, asked, served } = await deaf()
    const seen = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
    await vi.advanceTimersByTimeAsync(20_000)
    expect(asked()).toBe(0)
    seen.mockReturnValue('visible')
    await vi.advanceTimersByTimeAsync(4_000)
    expect(asked()).toBe(2)
    await served()
    expect([connection.state, connection.lastLive]).toEqual(['live', 0])
    await vi.advanceTimersByTimeAsync(4_500)
    expect([connection.state, asked()]).toEqual(['live', 2])
    live.close()
    await live.open('small')
    live.close()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(asked()).toBe(2)
  })

  it('what was live before is as old as it was where nobody asks: in zones that are not watched', async () => {
    const { live, connection, asked, served, push, wire, at } = await deaf(large)
    await served()
    await push({ type: 'overview', event: 'small', phase: 'on_sale', zones: [['A', 7, 3, 5], ['G', 44, 0, 6]] })
    wire().ends(1006)
    live.look(['A'])
    await vi.advanceTimersByTimeAsync(2_500)
    expect([asked(), live.current('A'), connection.lastLive]).toEqual([1, true, at(0)])
    live.look(['A', 'G'])
    await vi.advanceTimersByTimeAsync(4_000)
    expect([asked(), connection.lastLive]).toEqual([3, at(6_500)])
  })
})
