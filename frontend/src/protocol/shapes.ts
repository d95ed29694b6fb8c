/** Public shapes of protocol version 1: what HTTP answers and socket messages are made of. They are those of docs/openapi.yaml. */
import type { components } from './schema'

type Schemas = components['schemas']

/** Integer minor units of an ISO 4217 currency. */
export type Money = Schemas['Money']
export type HeldSeat = Schemas['HeldSeat']
/** Its deadline is by the server's clock. */
export type Hold = Schemas['Hold']
export type Booking = Schemas['Booking']
export type BookingStatus = Booking['status']
/** A seat that stood in the way, with its state as a number. */
export type SeatStateOf = Schemas['SeatState']
export type Category = Schemas['Category']
/** [x, y] in plan units. */
export type Point = Schemas['Point']
/** Decoration of a plan: a stage, a wall, a word. Never sold. */
export type Area = Schemas['Area']
export type Zone = Schemas['Zone']
export type Box = Zone['bounds']
export type EventInfo = Schemas['Event']
export type Phase = EventInfo['phase']
export type Seat = Schemas['Seat']

/** A zone's seats, with its name. */
export interface ZonePlan {
  id: string
  plan: string
  /** In index order. */
  seats: Seat[]
}

// Answers of HTTP alone.
export type EventPage = Schemas['EventList']
export type ZonesAnswer = Schemas['ZonesSeats']
export type Places = Schemas['Places']
export type ZoneStateAnswer = Schemas['ZoneState']
export type HoldAnswer = Schemas['HoldAnswer']
export type BookingAnswer = Schemas['BookingAnswer']
export type BookingsAnswer = Schemas['BookingList']
export type Proposal = Schemas['Proposal']
export type Session = Schemas['Session']
export type BookRequest = Schemas['BookRequest']
export type LinkAnswer = Schemas['LinkAnswer']
