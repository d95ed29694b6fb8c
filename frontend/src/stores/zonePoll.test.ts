import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventInfo } from '@/protocol/shapes'
import { atNow, NOW, openHouse } from '@/testing/stores'
import { useConnection } from './connection'

atNow()

describe('without a socket', () => {
  /** A house whose zones are asked for over HTTP; A is another every time. */
  async function deaf(change?: (event: EventInfo) => void) {
    const house = await openHouse({ change })
    const connection = useConnection()
    let version = 0
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
    const { asked, routes } = await deaf()
    routes['GET /events/small/zones/A/state'] = () => ({ status: 429, body: { code: 'rate_limited' }, headers: { 'Retry-After': '30' } })
    await vi.advanceTimersByTimeAsync(30_000)
    expect(asked()).toBe(2)
    await vi.advanceTimersByTimeAsync(2_500)
    expect(asked()).toBe(4)
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
    const { live, connection, asked, served, push, wire, at } = await deaf((event) => event.zones.forEach((z) => (z.capacity = 5_000)))
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
