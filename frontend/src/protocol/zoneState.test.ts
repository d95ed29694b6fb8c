import { describe, expect, it } from 'vitest'
import { BOOKED, HELD, ZoneState } from './zoneState'

const at = { event: 'e', zone: 'z' }
const snapshot = (epoch: number, version: number, states: string) => ({ type: 'snapshot' as const, ...at, epoch, version, states })
const changes = (epoch: number, from: number, version: number, list: [number, number][]) => ({ type: 'changes' as const, ...at, epoch, from, version, changes: list })

function joined(): ZoneState {
  const zone = new ZoneState(4)
  zone.snapshot(snapshot(2, 10, '0120'))
  return zone
}

describe('a zone applies a frame only if it follows', () => {
  it.each([
    ['the next version', 2, 10, 11, 'applied', 11],
    ['several versions at once', 2, 10, 14, 'applied', 14],
    ['a frame that starts earlier and ends later: states are absolute', 2, 7, 12, 'applied', 12],
    ['the version we have', 2, 9, 10, 'ignored', 10],
    ['an older version', 2, 5, 6, 'ignored', 10],
    ['a gap', 2, 11, 12, 'gap', 10],
    ['an older epoch', 1, 10, 11, 'ignored', 10],
    ['a newer epoch', 3, 10, 11, 'gap', 10],
  ] as const)('%s', (_, epoch, from, version, verdict, after) => {
    const zone = joined()
    expect(zone.changes(changes(epoch, from, version, [[0, HELD]]))).toBe(verdict)
    expect(zone.version).toBe(after)
    expect(zone.states[0]).toBe(verdict === 'applied' ? HELD : 0)
  })

  it('asks for a snapshot before it has one', () => {
    expect(new ZoneState(4).changes(changes(1, 0, 1, [[0, 1]]))).toBe('gap')
  })

  it('tells which seats a frame touched and leaves out those that are not there', () => {
    const zone = joined()
    const touched: number[] = []
    zone.changes(changes(2, 10, 11, [[1, BOOKED], [9, 1], [-1, 1]]), (i) => touched.push(i))
    expect(touched).toEqual([1])
    expect([...zone.states]).toEqual([0, 2, 2, 0])
  })
})

describe('a snapshot', () => {
  it('replaces everything', () => {
    const zone = joined()
    expect(zone.snapshot(snapshot(2, 20, '3333'))).toBe('applied')
    expect([...zone.states]).toEqual([3, 3, 3, 3])
    expect(zone.version).toBe(20)
  })

  it('of a newer epoch wins although its version is lower', () => {
    const zone = joined()
    expect(zone.snapshot(snapshot(3, 1, '0000'))).toBe('applied')
    expect([zone.epoch, zone.version]).toEqual([3, 1])
  })

  it.each([[1, 99], [2, 9]])('of epoch %i version %i is too old', (epoch, version) => {
    const zone = joined()
    expect(zone.snapshot(snapshot(epoch, version, '3333'))).toBe('ignored')
    expect([...zone.states]).toEqual([0, 1, 2, 0])
  })

  it('at the same version is taken: it is the answer to a join', () => {
    expect(joined().snapshot(snapshot(2, 10, '0120'))).toBe('applied')
  })

  it('of a general zone carries a count, and so do its changes', () => {
    const zone = new ZoneState(0)
    zone.snapshot({ type: 'snapshot', ...at, epoch: 1, version: 1, available: 50 })
    expect(zone.available).toBe(50)
    zone.changes({ type: 'changes', ...at, epoch: 1, from: 1, version: 2, available: 48 })
    expect(zone.available).toBe(48)
  })
})
