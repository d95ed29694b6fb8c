import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LIMITS, socketRig } from '@/testing/socket'
import { CLOSE } from './reconnect'

/** Lets promises that are settled already run. */
const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

/** A socket whose token the server did not take, opened anew. */
async function refused() {
  const rig = socketRig()
  rig.socket.connect()
  rig.wire().opens()
  await settle()
  rig.wire().ends(CLOSE.token)
  await vi.advanceTimersByTimeAsync(400)
  return rig
}

describe("the socket's buyer", () => {
  it('asks as the buyer only after the server knows the buyer', async () => {
    const { socket, wire } = socketRig()
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

  it('comes back with another token after 4501', async () => {
    const { wire, token } = await refused()
    wire().opens()
    await settle()
    expect(token.mock.calls).toEqual([[false], [true]])
    expect(wire().asked('auth')).toMatchObject({ token: 'token-2' })
  })

  it('leaves a refused token to the close that follows: one refusal, one new token', async () => {
    const { socket, wire, wires, token } = socketRig()
    socket.connect()
    wire().opens()
    await settle()
    wire().says({ type: 'error', id: wire().asked('auth')?.id, code: 'unauthorized' })
    await settle()
    expect(wire().sent.filter((m) => m.type === 'auth')).toHaveLength(1)
    wire().ends(CLOSE.token)
    await vi.advanceTimersByTimeAsync(400)
    expect(wires).toHaveLength(2)
    wire().opens()
    await settle()
    expect(token.mock.calls).toEqual([[false], [true]])
    expect(wire().asked('auth')).toMatchObject({ token: 'token-2' })
  })

  it('comes back ever later to a server that lets look and refuses every token, and soon again once one was taken', async () => {
    const { socket, wires, wire } = socketRig()
    socket.join('demo', 'A')
    socket.connect()
    for (const [wait, taken] of [[400, false], [800, false], [1_600, false], [400, true]] as const) {
      wire().opens()
      await settle()
      wire().says({ type: 'joined', id: wire().asked('join')?.id, event: 'demo', zone: 'A' })
      const { id } = wire().asked('auth') ?? {}
      wire().says(taken ? { type: 'authed', id, buyer: { id: 'b' }, limits: LIMITS } : { type: 'error', id, code: 'unauthorized' })
      await settle()
      wire().ends(taken ? 1006 : CLOSE.token)
      const before = wires.length
      await vi.advanceTimersByTimeAsync(wait - 1)
      expect(wires).toHaveLength(before)
      await vi.advanceTimersByTimeAsync(1)
      expect(wires).toHaveLength(before + 1)
    }
  })

  it('gets another token when the time of its own is over, one for all who learn it', async () => {
    const { socket, wire, token } = socketRig()
    socket.connect()
    wire().opens()
    await settle()
    wire().says({ type: 'authed', id: wire().asked('auth')?.id, buyer: { id: 'b' }, limits: LIMITS })
    await settle()
    const asked = [socket.askAsBuyer({ type: 'extend', event: 'demo' }), socket.askAsBuyer({ type: 'extend', event: 'demo' })]
    await settle()
    for (const { id } of wire().sent.filter((m) => m.type === 'extend')) wire().says({ type: 'error', id, code: 'unauthorized' })
    await settle()
    wire().says({ type: 'authed', id: wire().asked('auth')?.id, buyer: { id: 'b' }, limits: LIMITS })
    await settle()
    const again = wire().sent.filter((m) => m.type === 'extend').slice(2)
    expect(again).toHaveLength(2)
    for (const { id } of again) wire().says({ type: 'extended', id, hold: null })
    expect((await Promise.all(asked)).map((a) => a.type)).toEqual(['extended', 'extended'])
    expect(token.mock.calls).toEqual([[false], [true]])
  })

  it('never says on a new connection who one was on the last', async () => {
    const { socket, wires, wire, token } = socketRig()
    let give: (token: string) => void = () => undefined
    token.mockReturnValueOnce(new Promise((resolve) => (give = resolve)))
    socket.connect()
    wire().opens()
    socket.changeBuyer()
    wire().opens()
    give('of-the-buyer-before')
    await settle()
    expect(wires[0]?.sent).toEqual([])
    expect(wire().sent.map((m) => m.token)).toEqual(['token-1'])
  })

  it('takes the token of the buyer whom the search for another token made, and makes no more', async () => {
    const { socket, wire, token } = await refused()
    token.mockImplementationOnce(async () => {
      await Promise.resolve()
      socket.changeBuyer()
      return 'token-2'
    })
    wire().opens()
    await settle()
    wire().opens()
    await settle()
    expect(token.mock.calls).toEqual([[false], [true], [false]])
  })

  it('is another one for another buyer', async () => {
    const { socket, wires, wire, states } = socketRig()
    socket.join('demo', 'A')
    socket.connect()
    socket.changeBuyer() // asks for the token when it opens
    expect(wires).toHaveLength(1)
    wire().opens()
    await settle()
    socket.changeBuyer()
    expect(wires).toHaveLength(2)
    expect(wires[0]?.closed).toBe(1000)
    wire().opens()
    await settle()
    expect(wire().sent.map((m) => m.type)).toEqual(['join', 'auth'])
    expect(states).toEqual(['connecting', 'live', 'reconnecting', 'live'])
  })
})
