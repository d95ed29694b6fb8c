import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { FakeWire } from '@/testing/wire'
import { isPush, parseMessage, type Message, type Push, type Request } from './messages'
import { LiveSocket } from './socket'
import { ZoneState } from './zoneState'

/** The messages that the server's own tests write and read. */
const FOLDER = resolve(import.meta.dirname, '../../../seatmap/testdata/messages')
const DESCRIPTION = resolve(import.meta.dirname, '../../../docs/asyncapi.yaml')
interface Description {
  components: { messages: Record<string, unknown> }
}
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
const text = (name: string) => readFileSync(resolve(FOLDER, name), 'utf8')

const REQUESTS = new Set(['auth', 'join', 'leave', 'hold', 'release', 'extend', 'ping'])
const ANSWERS = new Set(['authed', 'joined', 'left', 'held', 'refused', 'released', 'extended', 'pong', 'error'])

function read(name: string): Message {
  const message = parseMessage(text(name))
  if (!message) throw new Error(`${name} is no message`)
  return message
}

describe('golden messages', () => {
  it('are there, one or more for every message that is described', () => {
    const described = Object.keys((parse(readFileSync(DESCRIPTION, 'utf8')) as Description).components.messages)
    const golden = new Set(files.map((name) => name.split('.')[0]))
    expect([...golden].sort()).toEqual(described.sort())
  })

  it.each(files)('%s is of a kind we know', (name) => {
    const message = read(name)
    const fromServer = isPush(message) || ANSWERS.has(message.type)
    const request = REQUESTS.has(message.type) && typeof (message as { id?: unknown }).id === 'number'
    expect(fromServer || request).toBe(true)
  })

  it.each(files.filter((name) => REQUESTS.has(read(name).type) && 'id' in read(name)))('%s is what we send', (name) => {
    const { id, ...request } = JSON.parse(text(name)) as Record<string, unknown> & { id: number }
    const wire = new FakeWire()
    const socket = new LiveSocket({
      url: 'ws://test',
      open: () => wire,
      token: () => new Promise(() => undefined),
      position: () => null,
      onPush: () => undefined,
      onConnection: () => undefined,
    })
    socket.connect()
    wire.opens()
    socket.ask(request as Request).catch(() => undefined)
    const { id: ours, ...sent } = wire.sent.at(-1) ?? {}
    expect(typeof ours).toBe(typeof id)
    expect(sent).toEqual(request)
    socket.close()
  })

  it('a snapshot and the changes after it make the picture', () => {
    const snapshot = read('snapshot.json') as Extract<Push, { type: 'snapshot' }>
    const changes = read('changes.json') as Extract<Push, { type: 'changes' }>
    const zone = new ZoneState(snapshot.states?.length ?? 0)
    expect(zone.snapshot(snapshot)).toBe('applied')
    const follows = changes.epoch === zone.epoch && changes.from <= zone.version && zone.version < changes.version
    expect(zone.changes(changes)).toBe(follows ? 'applied' : zone.version >= changes.version ? 'ignored' : 'gap')
  })

  it('the database’s picture never covers a live one', () => {
    const live = read('snapshot.json') as Extract<Push, { type: 'snapshot' }>
    const stale = read('snapshot.stale.json') as Extract<Push, { type: 'snapshot' }>
    const zone = new ZoneState(live.states?.length ?? 0)
    zone.snapshot(live)
    expect(zone.snapshot(stale)).toBe('ignored')
  })
})
