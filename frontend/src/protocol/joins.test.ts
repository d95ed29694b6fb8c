import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LostAnswer, ProtocolError } from './answers'
import { Joins, type Position } from './joins'
import type { Request } from './messages'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

function rig() {
  const asked: Request[] = []
  const told: [string | undefined, boolean][] = []
  const answers: (Error | null)[] = []
  const positions = new Map<string, Position>()
  const joins = new Joins({
    ask: (request) => {
      asked.push(request)
      const answer = answers.shift() ?? null
      return answer ? Promise.reject(answer) : Promise.resolve()
    },
    position: (_, zone) => positions.get(zone) ?? null,
    onJoin: (_, zone, granted) => told.push([zone, granted]),
    random: () => 1,
  })
  return { joins, asked, told, answers, positions }
}

const settle = () => vi.advanceTimersByTimeAsync(0)
const unavailable = () => new ProtocolError('unavailable')

describe('a join', () => {
  it('that is refused for now is asked again, ever later, from where the zone stands then', async () => {
    const { joins, asked, told, answers, positions } = rig()
    answers.push(unavailable(), unavailable())
    joins.add('demo', 'A')
    joins.askAll()
    await settle()
    expect(told).toEqual([['A', false]])
    await vi.advanceTimersByTimeAsync(399)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    positions.set('A', { epoch: 1, version: 7 })
    await vi.advanceTimersByTimeAsync(800)
    expect(asked).toHaveLength(3)
    expect(asked[2]).toMatchObject({ zone: 'A', epoch: 1, version: 7 })
    expect(told).toEqual([['A', false], ['A', false], ['A', true]])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(3)
  })

  it('waits as long as the server says', async () => {
    const { joins, asked, answers } = rig()
    answers.push(new ProtocolError('unavailable', 'busy', 5_000))
    joins.add('demo')
    joins.askAll()
    await vi.advanceTimersByTimeAsync(4_999)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(asked).toHaveLength(2)
  })

  it.each(['not_found', 'invalid'])('that is %s is not asked again', async (code) => {
    const { joins, asked, told, answers } = rig()
    answers.push(new ProtocolError(code))
    joins.add('demo', 'Z')
    joins.askAll()
    await vi.advanceTimersByTimeAsync(120_000)
    expect(asked).toHaveLength(1)
    expect(told).toEqual([['Z', false]])
  })

  it('is not asked again for what was left, nor without a connection', async () => {
    const { joins, asked, told, answers } = rig()
    answers.push(unavailable(), unavailable(), new LostAnswer('connection lost', true))
    joins.add('demo', 'A')
    joins.add('demo', 'B')
    joins.add('demo', 'C')
    joins.askAll()
    await settle()
    joins.remove('demo', 'A')
    joins.rest()
    await vi.advanceTimersByTimeAsync(120_000)
    expect(asked).toHaveLength(3)
    expect(told).toEqual([['A', false], ['B', false]])
    joins.askAll()
    expect(asked.slice(3).map((r) => 'zone' in r && r.zone)).toEqual(['B', 'C'])
  })
})
