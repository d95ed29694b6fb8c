import { expect, vi } from 'vitest'
import type { Position } from '@/protocol/joins'
import { LiveSocket, type Connection } from '@/protocol/socket'
import { FakeWire } from './wire'

export const LIMITS = { frame_bytes: 65536, messages_per_s: 50, joins: 16, seats_per_request: 50, idle_s: 60, ping_s: 25 }

/** A socket to a server that the test plays. */
export function socketRig() {
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
