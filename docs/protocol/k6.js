// A buyer's client of Jari for k6 (https://k6.io): opens a socket, joins a zone, keeps its map by the rule of docs/protocol.md, and then
// holds a free seat and gives it back, again and again. It fails when holds are slow or a message breaks the rule.
//
//   k6 run docs/protocol/k6.js
//
// JARI_URL     where the server is                           http://127.0.0.1:8080
// JARI_EVENT   in which event                                demo
// BUYERS       sockets at once                               20
// HOLDS        how many seats each holds, one by one         20
// PAUSE_MS     between giving back and the next hold         100
// HOLD_P95_MS  95 of 100 holds are answered within, ms       250
import http from 'k6/http'
import { check, fail } from 'k6'
import { Counter, Trend } from 'k6/metrics'
import { WebSocket } from 'k6/websockets'

const URL = __ENV.JARI_URL || 'http://127.0.0.1:8080'
const EVENT = __ENV.JARI_EVENT || 'demo'
const HOLDS = Number(__ENV.HOLDS || 20)
const PAUSE = Number(__ENV.PAUSE_MS || 100)
const SUBPROTOCOL = 'jari.v1.json'

const holdTime = new Trend('jari_hold_ms', true) // from the request to held or refused
const held = new Counter('jari_held')
const refused = new Counter('jari_refused') // another buyer was faster: an answer, not a failure
const applied = new Counter('jari_changes') // messages that moved a map
const defects = new Counter('jari_defects') // messages that break the rule, errors, sockets that ended early

export const options = {
  scenarios: { buyers: { executor: 'per-vu-iterations', vus: Number(__ENV.BUYERS || 20), iterations: 1, maxDuration: '5m' } },
  thresholds: {
    jari_hold_ms: [`p(95)<${__ENV.HOLD_P95_MS || 250}`],
    jari_held: ['count>0'],
    jari_changes: ['count>0'],
    jari_defects: ['count==0'],
    checks: ['rate==1'],
  },
}

/** Once, for all buyers: a zone with seats. */
export function setup() {
  const event = http.get(`${URL}/api/v1/events/${EVENT}`)
  if (event.status !== 200) fail(`no event ${EVENT} at ${URL}: ${event.status} ${event.body}`)
  const zone = event.json('zones').find((z) => z.kind === 'seats').id
  const seats = http.get(`${URL}/api/v1/events/${EVENT}/zones/${zone}`).json('seats')
  return { zone, seats: seats.map((s) => s.id) }
}

export default function buyer({ zone, seats }) {
  const session = http.post(`${URL}/api/v1/sessions`)
  if (!check(session, { 'a session is made': (r) => r.status === 201 })) return
  const socket = new WebSocket(URL.replace(/^http/, 'ws') + '/api/v1/socket', SUBPROTOCOL)
  const map = { epoch: -1, version: -1, states: [] }
  let [id, left, asked, finished] = [0, HOLDS, 0, false]

  const ask = (request) => socket.send(JSON.stringify({ id: ++id, event: EVENT, ...request }))
  const next = () => {
    if (left-- > 0) return setTimeout(hold, PAUSE * (0.5 + Math.random())) // the server allows limits.messages_per_s
    finished = true
    socket.close()
  }
  const hold = () => {
    if (finished) return
    const free = seats.filter((_, index) => map.states[index] === 0)
    if (free.length === 0) return fail('the zone is sold out')
    asked = Date.now()
    ask({ type: 'hold', zone, seats: [free[Math.floor(Math.random() * free.length)]] })
  }
  const answered = (counter) => {
    holdTime.add(Date.now() - asked)
    counter.add(1)
  }
  const on = {
    authed: () => ask({ type: 'join', zone }),
    snapshot: (m) => {
      const first = map.version < 0
      Object.assign(map, { epoch: m.epoch, version: m.version, states: [...m.states].map(Number) })
      if (first) next()
    },
    changes: (m) => {
      if (m.epoch !== map.epoch || m.from > map.version) {
        defects.add(1) // on one socket nothing may be missing; a client in earnest would join again
        return
      }
      if (m.version <= map.version) return
      for (const [index, state] of m.changes) map.states[index] = state
      map.version = m.version
      applied.add(1)
    },
    held: () => {
      answered(held)
      ask({ type: 'release' })
    },
    refused: () => {
      answered(refused)
      next()
    },
    released: next,
    error: (m) => {
      console.error(JSON.stringify(m))
      defects.add(1)
      socket.close()
    },
  }

  socket.onopen = () => ask({ type: 'auth', token: session.json('token') })
  socket.onmessage = (frame) => {
    const message = JSON.parse(frame.data)
    on[message.type]?.(message) // what one does not know is ignored
  }
  socket.onclose = () => {
    if (!finished) defects.add(1)
    finished = true
  }
}
