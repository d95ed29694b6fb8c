/** Public shapes of protocol version 1: what HTTP answers and socket messages are made of. */

/** Integer minor units of an ISO 4217 currency. */
export interface Money {
  amount: number
  currency: string
}

export interface HeldSeat {
  zone: string
  seat: string
  price: Money
}

export interface Hold {
  id: string
  event: string
  seats: HeldSeat[]
  /** RFC 3339, by the server's clock. */
  expires_at: string
  extendable: boolean
}

export type BookingStatus = 'pending' | 'confirmed' | 'rejected' | 'cancelled'

export interface Booking {
  id: string
  reference: string
  status: BookingStatus
  event: string
  /** The seats it has; of a cancelled or rejected one: had. */
  seats: HeldSeat[]
  /** Seats given back by a partial cancel. */
  cancelled?: HeldSeat[]
  total: Money
  /** Why it was rejected. */
  reason?: string
  created_at: string
}

/** A seat that stood in the way, with its state as a number. */
export interface SeatStateOf {
  zone: string
  seat: string
  state: number
}

export type Phase = 'upcoming' | 'on_sale' | 'paused' | 'sold_out' | 'ended'

export interface Category {
  id: string
  name: string
  /** #rrggbb */
  color: string
  price: Money
}

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** [x, y] in plan units. */
export type Point = [number, number]

/** Decoration of a plan: a stage, a wall, a word. Never sold. */
export interface Area {
  shape: 'polygon' | 'ellipse' | 'text'
  role?: string
  points?: Point[]
  center?: Point
  radius?: Point
  /** Degrees clockwise. */
  rotation?: number
  text?: string
  text_size?: number
  fill?: string
  stroke?: string
}

export interface Zone {
  id: string
  label: string
  kind: 'seats' | 'general'
  capacity: number
  bounds: Box
  outline: Point[]
  /** Of a general zone. */
  category?: string
  price?: Money
  /** Of a zone with seats: the usual distance of neighbours, plan units. */
  pitch?: number
  /** Of a zone with seats: how many seats it has of each category, most first. */
  categories?: { id: string; seats: number }[]
  /** Of a zone with seats: how many of them are for wheelchairs. */
  accessible?: number
}

export interface EventInfo {
  id: string
  title: string
  venue: string
  time_zone: string
  starts_at: string
  doors_at: string | null
  /** Null: not known. */
  ends_at: string | null
  phase: Phase
  currency: string
  sale: { opens_at: string | null; closes_at: string | null }
  policy: { hold_seconds: number; max_seats: number }
  categories: Category[]
  plan: { hash: string; width: number; height: number; areas: Area[] }
  zones: Zone[]
}

export interface Seat {
  id: string
  row: string
  number: string
  x: number
  y: number
  category: string
  accessible?: boolean
  companion?: boolean
}

export interface ZonePlan {
  id: string
  plan: string
  /** In index order. */
  seats: Seat[]
}
