import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeWire } from '@/testing/wire'
import { CLOSE } from './reconnect'
import { LiveSocket, LostAnswer, type Connection, type Position } from './socket'

const LIMITS = { frame_bytes: 65536, messages_per_s: 50, joins: 16, seats_per_request: 50, idle_s: 60, ping_s: 25 }

function rig() {
  const wires: FakeWire[] = []
  const states: Connection[] = []
  const pushes: unknown[] = []
  const positions = new Map<string, Position>()
  const token = vi.fn((fresh: boolean) => Promise.resolve<string | null>(fresh ? 'token-2' : 'token-1'))
  const socket = new LiveSocket({
    url: 'ws://test/api/v1/socket',
    open: (_, protocol) => {
      expect(protocol).toBe('jari.v1.json')
      const wire = new FakeWire()
      wires.push(wire)
      return wire
    },
    token,
    position: (_, zone) => positions.get(zone) ?? null,
    onPush: (message) => pushes.push(message),
    onConnection: (state) => states.push(state),
    random: () => 1,
  })
  const wire = () => {
    const last = wires.at(-1)
    if (!last) throw new Error('no wire was opened')
    return last
  }
  return { socket, wires, wire, states, pushes, positions, token }
}

/** Lets promises that are settled already run. */
const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('the socket', () => {
  it('says who it is and joins when it opens', async () => {
    const { socket, wire, states } = rig()
    socket.join('demo')
    socket.join('demo', 'A')
    socket.connect()
    wire().opens()
    await settle()
    expect(wire().asked('auth')).toMatchObject({ token: 'token-1' })
    expect(wire().sent.filter((m) => m.type === 'join').map((m) => m.zone)).toEqual([undefined, 'A'])
    expect(states).toEqual(['connecting', 'live'])
  })

  it('matches answers to questions in any order', async () => {
    const { socket, wire } = rig()
    socket.connect()
    wire().opens()
    const first = socket.ask({ type: 'ping' })
    const second = socket.ask({ type: 'ping' })
    const ids = wire().sent.filter((m) => m.type === 'ping').map((m) => m.id)
    wire().says({ type: 'pong', id: ids[1] })
    wire().says({ type: 'pong', id: ids[0] })
    expect(await first).toMatchObject({ id: ids[0] })
    expect(await second).toMatchObject({ id: ids[1] })
  })

  it('asks as the buyer only after the server knows the buyer', async () => {
    const { socket, wire } = rig()
    socket.connect()
    wire().opens()
    await settle()
    void socket.askAsBuyer({ type: 'hold', event: 'demo', zone: 'A', seats: ['A-1'] }).catch(() => undefined)
    await settle()
    expect(wire().asked('hold')).toBeUndefined()
    wire().says({ type: 'authed', id: wire().asked('auth')?.id, buyer: { id: 'b' }, limits: LIMITS })
    await settle()
    expect(wire().asked('hold')).toMatchObject({ zone: 'A', seats: ['A-1'] })
  })

  it('comes back with jitter and joins from where it was', async () => {
    const { socket, wires, wire, states, positions } = rig()
    socket.join('demo', 'A')
    socket.connect()
    wire().opens()
    await settle()
    positions.set('A', { epoch: 3, version: 77 })
    wire().ends(1006)
    expect(states.at(-1)).toBe('reconnecting')
    await vi.advanceTimersByTimeAsync(399)
    expect(wires).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(wires).toHaveLength(2)
    wire().opens()
    await settle()
    expect(wire().asked('join')).toMatchObject({ zone: 'A', epoch: 3, version: 77 })
    expect(states.at(-1)).toBe('live')
  })

  it('waits longer each time until it is served', async () => {
    const { socket, wires, wire } = rig()
    socket.connect()
    for (const wait of [400, 800, 1_600]) {
      wire().ends(1006)
      await vi.advanceTimersByTimeAsync(wait - 1)
      const before = wires.length
      await vi.advanceTimersByTimeAsync(1)
      expect(wires).toHaveLength(before + 1)
    }
    wire().opens()
    wire().says({ type: 'overview', event: 'demo', phase: 'on_sale', zones: [] })
    wire().ends(CLOSE.draining)
    await vi.advanceTimersByTimeAsync(400)
    expect(wires).toHaveLength(5)
  })

  it.each([CLOSE.protocol, CLOSE.origin, CLOSE.frameTooBig])('does not come back after %i', async (code) => {
    const { socket, wires, wire, states } = rig()
    socket.connect()
    wire().opens()
    wire().ends(code)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(wires).toHaveLength(1)
    expect(states.at(-1)).toBe('closed')
    socket.nudge()
    expect(wires).toHaveLength(1)
  })

  it('comes back with another token after 4501', async () => {
    const { socket, wire, token } = rig()
    socket.connect()
    wire().opens()
    await settle()
    wire().ends(CLOSE.token)
    await vi.advanceTimersByTimeAsync(400)
    wire().opens()
    await settle()
    expect(token.mock.calls).toEqual([[false], [true]])
    expect(wire().asked('auth')).toMatchObject({ token: 'token-2' })
  })

  it('takes another token when its own is refused, once', async () => {
    const { socket, wire, token } = rig()
    socket.connect()
    wire().opens()
    await settle()
    for (let i = 0; i < 2; i++) {
      wire().says({ type: 'error', id: wire().asked('auth')?.id, code: 'unauthorized' })
      await settle()
    }
    expect(token.mock.calls).toEqual([[false], [true]])
    expect(wire().sent.filter((m) => m.type === 'auth').map((m) => m.token)).toEqual(['token-1', 'token-2'])
  })

  it('fails what was asked when the connection goes', async () => {
    const { socket, wire } = rig()
    socket.connect()
    wire().opens()
    const answer = socket.ask({ type: 'ping' })
    wire().ends(1006)
    await expect(answer).rejects.toBeInstanceOf(LostAnswer)
    await expect(socket.askAsBuyer({ type: 'extend', event: 'demo' })).rejects.toBeInstanceOf(LostAnswer)
  })

  it('gives up a connection that does not answer', async () => {
    const { socket, wires, wire, states } = rig()
    socket.connect()
    wire().opens()
    await settle()
    wire().says({ type: 'authed', id: wire().asked('auth')?.id, buyer: { id: 'b' }, limits: LIMITS })
    await vi.advanceTimersByTimeAsync(24_000) // the beat: nothing was heard, so it pings
    expect(wire().asked('ping')).toBeDefined()
    await vi.advanceTimersByTimeAsync(8_000)
    expect(states.at(-1)).toBe('reconnecting')
    expect(wires[0]?.closed).toBe(1000)
    await vi.advanceTimersByTimeAsync(400)
    expect(wires).toHaveLength(2)
  })

  it('does not wait when the network is back', () => {
    const { socket, wires, wire } = rig()
    socket.connect()
    wire().ends(1006)
    socket.nudge()
    expect(wires).toHaveLength(2)
  })

  it('passes pushes on and leaves alone what it does not know', () => {
    const { socket, wire, pushes } = rig()
    socket.connect()
    wire().opens()
    wire().says({ type: 'zone', event: 'demo', zone: 'A', live: false })
    wire().says({ type: 'of-a-later-version', what: 1 })
    wire().onmessage?.(new MessageEvent('message', { data: 'not json' }))
    expect(pushes).toEqual([{ type: 'zone', event: 'demo', zone: 'A', live: false }])
  })

  it('hears nothing of a connection it has left', async () => {
    const { socket, wires, wire, pushes } = rig()
    socket.connect()
    const first = wire()
    first.opens()
    const speak = first.onmessage
    first.ends(1006)
    await vi.advanceTimersByTimeAsync(400)
    expect(wires).toHaveLength(2)
    speak?.(new MessageEvent('message', { data: JSON.stringify({ type: 'zone', event: 'demo', zone: 'A', live: true }) }))
    expect(pushes).toEqual([])
  })
})
