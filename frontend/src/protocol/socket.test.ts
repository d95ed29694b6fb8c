import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LIMITS, socketRig } from '@/testing/socket'
import { LostAnswer } from './answers'
import { CLOSE } from './reconnect'

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
    const { socket, wire, states } = socketRig()
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
    const { socket, wire } = socketRig()
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

  it('comes back with jitter and joins from where it was', async () => {
    const { socket, wires, wire, states, positions } = socketRig()
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
    const { socket, wires, wire } = socketRig()
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
    const { socket, wires, wire, states } = socketRig()
    socket.connect()
    wire().opens()
    wire().ends(code)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(wires).toHaveLength(1)
    expect(states.at(-1)).toBe('closed')
    socket.nudge()
    expect(wires).toHaveLength(1)
  })

  it('gives up a handshake that hangs', async () => {
    const { socket, wires, states } = socketRig()
    socket.connect()
    await vi.advanceTimersByTimeAsync(8_000)
    expect(wires[0]?.closed).toBe(1000)
    expect(states.at(-1)).toBe('reconnecting')
    await vi.advanceTimersByTimeAsync(400)
    expect(wires).toHaveLength(2)
  })

  it('begins a slow handshake anew when the network is back', async () => {
    const { socket, wires, wire } = socketRig()
    socket.connect()
    await vi.advanceTimersByTimeAsync(1_000)
    socket.nudge() // it has only begun
    expect(wires).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1_000)
    socket.nudge()
    expect(wires).toHaveLength(2)
    wire().opens()
    await vi.advanceTimersByTimeAsync(7_000) // past the end of the first one's time
    expect(wires).toHaveLength(2)
  })

  it('fails what was asked when the connection goes', async () => {
    const { socket, wire } = socketRig()
    socket.connect()
    wire().opens()
    const answer = socket.ask({ type: 'ping' })
    wire().ends(1006)
    await expect(answer).rejects.toBeInstanceOf(LostAnswer)
    await expect(socket.askAsBuyer({ type: 'extend', event: 'demo' })).rejects.toBeInstanceOf(LostAnswer)
  })

  it('gives up a connection that does not answer', async () => {
    const { socket, wires, wire, states } = socketRig()
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
    const { socket, wires, wire } = socketRig()
    socket.connect()
    wire().ends(1006)
    socket.nudge()
    expect(wires).toHaveLength(2)
  })

  it('says of a lost answer whether the request had left', async () => {
    const { socket, wire } = socketRig()
    socket.connect()
    wire().opens()
    const answers = Array.from({ length: 21 }, () => socket.ask({ type: 'ping' }).catch((e: unknown) => e)) // one more than go at once
    expect(wire().sent.length).toBe(20)
    wire().ends(1006)
    const sent = (await Promise.all(answers)).map((e) => (e as LostAnswer).sent)
    expect(sent).toEqual([...Array.from({ length: 20 }, () => true), false])
    expect(((await socket.ask({ type: 'ping' }).catch((e: unknown) => e)) as LostAnswer).sent).toBe(false)
  })

  it('passes pushes on and leaves alone what it does not know', () => {
    const { socket, wire, pushes } = socketRig()
    socket.connect()
    wire().opens()
    wire().says({ type: 'zone', event: 'demo', zone: 'A', live: false })
    wire().says({ type: 'of-a-later-version', what: 1 })
    wire().onmessage?.(new MessageEvent('message', { data: 'not json' }))
    expect(pushes).toEqual([{ type: 'zone', event: 'demo', zone: 'A', live: false }])
  })

  it('hears nothing of a connection it has left', async () => {
    const { socket, wires, wire, pushes } = socketRig()
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
