import { describe, expect, it, vi } from 'vitest'
import { smallHouse } from '@/testing/plan'
import { LIMITS } from '@/testing/socket'
import { atNow, NOW, openHouse, settled } from '@/testing/stores'

atNow()

const changes = (from: number, version: number, list: [number, number][], epoch = 1) => ({ type: 'changes', event: 'small', zone: 'A', epoch, from, version, changes: list })
const joinsOf = (wire: { sent: Record<string, unknown>[] }) => wire.sent.filter((m) => m.type === 'join' && m.zone === 'A')

describe('the live picture', () => {
  it('is ready when every zone is known and the wire is live', async () => {
    const { live, served, wire } = await openHouse()
    expect(live.ready).toBe(false)
    await served()
    expect(live.ready).toBe(true)
    wire().ends(1006)
    expect(live.ready).toBe(false)
  })

  it('applies what follows and asks once from where it stands when something is missing', async () => {
    const { live, served, push, wire } = await openHouse()
    await served()
    await push(changes(10, 11, [[0, 1]]))
    expect(live.zones.get('A')?.states[0]).toBe(1)
    await push(changes(12, 13, [[1, 1]]))
    await push(changes(13, 14, [[2, 1]]))
    expect(joinsOf(wire())).toHaveLength(2)
    expect(joinsOf(wire())[1]).toMatchObject({ epoch: 1, version: 11 })
    expect(live.zones.get('A')?.version).toBe(11)
    await push(changes(11, 14, [[1, 1], [2, 1]]))
    expect([...(live.zones.get('A')?.states.slice(0, 3) ?? [])]).toEqual([1, 1, 1])
    await push(changes(20, 21, [[3, 1]]))
    expect(joinsOf(wire())).toHaveLength(3)
  })

  it('asks again after a reconnect even if it had asked before', async () => {
    const { served, push, wire, wires } = await openHouse()
    await served()
    await push(changes(12, 13, [[1, 1]]))
    wire().ends(1006)
    await vi.advanceTimersByTimeAsync(500)
    wire().opens()
    await settled()
    expect(wires).toHaveLength(2)
    await push(changes(15, 16, [[1, 1]]))
    expect(joinsOf(wire())).toHaveLength(2)
  })

  it('asks for everything under a new epoch', async () => {
    const { live, served, push, wire } = await openHouse()
    await served()
    await push(changes(3, 4, [[0, 2]], 2))
    expect(live.zones.get('A')?.states[0]).toBe(0)
    expect(joinsOf(wire())).toHaveLength(2)
    await push({ type: 'snapshot', event: 'small', zone: 'A', epoch: 2, version: 4, states: '2'.repeat(15) })
    expect(live.zones.get('A')?.epoch).toBe(2)
  })

  it('tells the map what changed, and everything with a snapshot', async () => {
    const { live, served, push } = await openHouse()
    await served()
    const heard: [string, readonly number[] | null][] = []
    live.onZone((zone, touched) => heard.push([zone, touched]))
    await push(changes(10, 11, [[4, 2]]))
    await push({ type: 'snapshot', event: 'small', zone: 'A', epoch: 1, version: 12, states: '0'.repeat(15) })
    expect(heard).toEqual([['A', [4]], ['A', null]])
  })

  it('counts what is left, by the zones and else by the overview', async () => {
    const { live, served, push } = await openHouse()
    await push({ type: 'overview', event: 'small', phase: 'on_sale', zones: [['A', 7, 3, 5], ['G', 44, 0, 6]] })
    expect(live.left.get('A')?.available).toBe(7)
    await served()
    await push({ type: 'overview', event: 'small', phase: 'paused', zones: [['A', 7, 3, 5], ['G', 44, 0, 6]] })
    await push(changes(10, 11, [[0, 2], [1, 1]]))
    await vi.advanceTimersByTimeAsync(50)
    expect(live.left.get('A')).toEqual({ available: 13, capacity: 15 })
    expect(live.left.get('G')).toEqual({ available: 50, capacity: 50 })
    expect(live.phase).toBe('paused')
  })

  it('of an event that was left before it came is not wanted any more', async () => {
    const { live, wire } = await openHouse()
    const opening = live.open('small')
    live.close()
    expect(await opening).toBe(false)
    expect(live.event).toBeNull()
    expect(live.plan).toBeNull()
    wire().opens()
    await settled()
    expect(joinsOf(wire())).toHaveLength(0)
  })

  it('knows a zone that is not live, by word or by a picture of the database', async () => {
    const { live, served, push } = await openHouse()
    await served()
    await push({ type: 'zone', event: 'small', zone: 'A', live: false })
    expect(live.ready).toBe(false)
    await push({ type: 'zone', event: 'small', zone: 'A', live: true })
    expect(live.ready).toBe(true)
    await push({ type: 'snapshot', event: 'small', zone: 'A', epoch: 0, version: 0, states: '3'.repeat(15), live: false })
    expect(live.ready).toBe(false)
    expect(live.zones.get('A')?.states[0]).toBe(0)
  })

  it('asks again for a zone that is refused, and shows it as not live until then', async () => {
    const { live, served, push, wire } = await openHouse()
    await served()
    await push(changes(12, 13, [[1, 1]]))
    const [, again] = joinsOf(wire())
    await push({ type: 'error', id: again?.id, code: 'unavailable' })
    expect([...live.stale]).toEqual(['A'])
    await push(changes(13, 14, [[1, 1]]))
    expect(joinsOf(wire())).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(400)
    expect(joinsOf(wire())).toHaveLength(3)
    expect(joinsOf(wire())[2]).toMatchObject({ epoch: 1, version: 10 })
    await push({ type: 'joined', id: joinsOf(wire())[2]?.id, event: 'small', zone: 'A', now: NOW })
    await push(changes(10, 14, [[1, 1]]))
    expect(live.ready).toBe(true)
    await push(changes(15, 16, [[1, 1]]))
    expect(joinsOf(wire())).toHaveLength(4)
  })

  it('takes a zone that was not live for live when another node grants it, unless that says otherwise', async () => {
    const { live, served, push, wire } = await openHouse()
    await served()
    await push({ type: 'zone', event: 'small', zone: 'A', live: false })
    wire().ends(1006)
    await vi.advanceTimersByTimeAsync(500)
    wire().opens()
    await settled()
    expect(live.ready).toBe(false)
    await push({ type: 'joined', id: joinsOf(wire())[0]?.id, event: 'small', zone: 'A', now: NOW })
    await push(changes(10, 11, [[0, 1]]))
    expect(live.ready).toBe(true)
    await push({ type: 'zone', event: 'small', zone: 'A', live: false })
    expect([...live.stale]).toEqual(['A'])
  })
})

describe('the seats of zones', () => {
  it('are loaded with what is watched, and told of', async () => {
    const { live } = await openHouse()
    await settled()
    expect(live.plan?.zone.get('A')?.loaded).toBe(true)
    expect(live.plan?.seat.get('B-2')?.seat.number).toBe('2')
    expect(live.loads).toBe(1)
  })

  it('are asked for once, whoever wants them', async () => {
    const { live, calls } = await openHouse()
    expect(await Promise.all([live.load(['A']), live.load(['A', 'G'])])).toEqual([true, true])
    expect(await live.load(['A'])).toBe(true)
    expect(calls.filter((c) => c.route === 'GET /events/small/zones')).toHaveLength(1)
    expect(await live.load(['nowhere'])).toBe(false)
  })

  it('that the server could not give are asked for again', async () => {
    const { live, served, routes } = await openHouse({ without: ['GET /events/small/zones'] })
    await served()
    expect(live.plan?.zone.get('A')?.loaded).toBe(false)
    expect(live.ready).toBe(false)
    routes['GET /events/small/zones'] = () => ({ status: 200, body: { plan: 'h1', zones: { A: smallHouse().zones[0]?.seats } } })
    await vi.advanceTimersByTimeAsync(3_100)
    await settled()
    expect(live.plan?.zone.get('A')?.loaded).toBe(true)
    expect(live.ready).toBe(true)
  })

  it('of a large house are left where they are until somebody looks', async () => {
    const { live, wire, calls, served } = await openHouse({ change: (event) => event.zones.forEach((z) => (z.capacity = 5_000)) })
    await served()
    const asked = () => calls.filter((c) => c.route === 'GET /events/small/zones').length
    expect([joinsOf(wire()).length, asked(), live.ready]).toEqual([0, 0, true])
    live.look(['A'])
    await settled()
    expect([joinsOf(wire()).length, asked()]).toEqual([1, 1])
    live.look([])
    const done = live.attend(['A'])
    await settled()
    expect(joinsOf(wire())).toHaveLength(2)
    done()
    expect(wire().asked('leave')).toMatchObject({ zone: 'A' })
  })

  it('of another house keep nobody waiting', async () => {
    const { live, wire, served } = await openHouse({ change: (event) => event.zones.forEach((z) => (z.capacity = 5_000)) })
    await served()
    live.attend(['elsewhere'])
    await settled()
    expect(live.watched('elsewhere')).toBe(false)
    expect(wire().sent.some((m) => m.zone === 'elsewhere')).toBe(false)
    expect(live.ready).toBe(true)
  })
})

describe('more zones than may be joined', () => {
  /** The server allows one, so that G is left. */
  async function small() {
    const house = await openHouse()
    house.live.look(['A', 'G'])
    house.wire().opens()
    await settled()
    for (const frame of [{ zone: 'A', version: 10, states: '0'.repeat(15) }, { zone: 'G', version: 1, available: 50 }]) {
      await house.push({ type: 'snapshot', event: 'small', epoch: 1, ...frame })
    }
    await house.push({ type: 'overview', event: 'small', phase: 'on_sale', zones: [['A', 7, 3, 5], ['G', 44, 0, 6]] })
    const drawn: string[] = []
    house.live.onZone((zone) => drawn.push(zone))
    await house.push({ type: 'authed', id: house.wire().asked('auth')?.id, now: NOW, buyer: { id: 'b1' }, limits: { ...LIMITS, joins: 1 } })
    await vi.advanceTimersByTimeAsync(50)
    return { ...house, drawn }
  }

  it('leave what is too much, and count there by the overview', async () => {
    const { live, wire, drawn } = await small()
    expect(wire().asked('leave')).toMatchObject({ zone: 'G' })
    expect(drawn).toEqual(['G'])
    expect(live.current('G')).toBe(false)
    expect(live.left.get('G')?.available).toBe(44)
    expect(live.left.get('A')?.available).toBe(15)
    expect(live.ready).toBe(true)
  })

  it('are current again only when the server has granted it', async () => {
    const { live, wire, push, drawn } = await small()
    live.look(['G', 'A'])
    await settled()
    expect(wire().asked('join')).toMatchObject({ zone: 'G', epoch: 1, version: 1 })
    expect(live.current('G')).toBe(false)
    expect(live.ready).toBe(false)
    await push({ type: 'joined', id: wire().asked('join')?.id, event: 'small', zone: 'G', now: NOW })
    await vi.advanceTimersByTimeAsync(50)
    expect(live.current('G')).toBe(true)
    expect(drawn).toEqual(['G', 'A', 'G'])
    expect(live.left.get('G')?.available).toBe(50)
    expect(live.left.get('A')?.available).toBe(7)
    expect(live.ready).toBe(true)
  })

  it('that were not live and are left keep nobody waiting', async () => {
    const { live, push } = await small()
    await push({ type: 'zone', event: 'small', zone: 'A', live: false })
    live.look(['G'])
    expect(live.stale.size).toBe(0)
    await push({ type: 'zone', event: 'small', zone: 'A', live: false }) // was on its way already
    expect(live.stale.size).toBe(0)
  })
})
