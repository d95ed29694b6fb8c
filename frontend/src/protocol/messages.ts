import type { Booking, Hold, Phase, SeatStateOf } from './shapes'

/** How long a request waits for its answer before it counts as lost, ms. */
export const ANSWER_TIMEOUT = 8_000

export type HoldWish =
  | { zone: string; seats: string[] }
  | { zone: string; quantity: number }
  | { best: { quantity: number; zone?: string; category?: string } }

/** From the client; the socket adds `id`. In the order of time: auth, join, then what a buyer does. */
export type Request =
  | { type: 'auth'; token: string }
  | { type: 'join'; event: string; zone?: string; epoch?: number; version?: number }
  | { type: 'leave'; event: string; zone?: string }
  | ({ type: 'hold'; event: string } & HoldWish)
  | { type: 'release'; event: string; seats?: string[] }
  | { type: 'extend'; event: string }
  | { type: 'ping' }

/** What one socket may do. */
export interface Limits {
  frame_bytes: number
  /** Sustained; bursts of twice as many. */
  messages_per_s: number
  joins: number
  seats_per_request: number
  idle_s: number
  ping_s: number
}

/** Every answer may carry the server's clock. */
interface Clocked {
  now?: string
}

/** Names the build of the page that the server has, unless it has none: an open page of another build may offer to reload. */
interface Paged {
  page?: string
}

export type Answer =
  | ({ id: number; type: 'authed'; buyer: { id: string }; limits: Limits } & Clocked & Paged)
  | ({ id: number; type: 'joined'; event: string; zone?: string } & Clocked & Paged)
  | ({ id: number; type: 'left' } & Clocked)
  | ({ id: number; type: 'held'; hold: Hold; adjacent?: boolean } & Clocked)
  | ({ id: number; type: 'refused'; code: string; detail?: string; seats?: SeatStateOf[] } & Clocked)
  | ({ id: number; type: 'released'; hold: Hold | null } & Clocked)
  | ({ id: number; type: 'extended'; hold: Hold } & Clocked)
  | ({ id: number; type: 'pong' } & Clocked)
  | ({ id: number | null; type: 'error'; code: string; detail?: string; retry_after?: number } & Clocked)

export interface Snapshot {
  type: 'snapshot'
  event: string
  zone: string
  epoch: number
  version: number
  /** One digit per seat. */
  states?: string
  /** Free places of a general zone. */
  available?: number
  /** Only when false: the picture is the database's, because the live state is away. */
  live?: boolean
}

export interface Changes {
  type: 'changes'
  event: string
  zone: string
  epoch: number
  from: number
  version: number
  /** [index, state]; states are absolute. */
  changes?: [number, number][]
  available?: number
}

export interface Overview {
  type: 'overview'
  event: string
  phase: Phase
  /** [zone, available, held, booked] */
  zones: [string, number, number, number][]
}

export interface ZoneNotice {
  type: 'zone'
  event: string
  zone: string
  live: boolean
}

export type HoldCause = 'changed' | 'expired' | 'lost' | 'booked'

export interface HoldNotice {
  type: 'hold'
  event: string
  hold: Hold | null
  cause?: HoldCause
  now?: string
}

export interface BookingNotice {
  type: 'booking'
  booking: Booking
}

export type Push = Snapshot | Changes | Overview | ZoneNotice | HoldNotice | BookingNotice

export type Message = Answer | Push

const PUSHED = new Set(['snapshot', 'changes', 'overview', 'zone', 'hold', 'booking'])

/** Whether a message is pushed by the server; everything else answers a request. Unknown types are neither. */
export function isPush(message: Message): message is Push {
  return PUSHED.has(message.type)
}

/** Reads one text frame; null when it is not an object with a type. The protocol only grows: unknown fields are left alone. */
export function parseMessage(text: string): Message | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') return null
    return value as Message
  } catch {
    return null
  }
}
