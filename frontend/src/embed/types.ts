/** What `<jari-seat-map>` is to those who use it. This file is published as it is: it imports nothing. */

/** Integer minor units of an ISO 4217 currency: 45000 KRW, 1250 for EUR 12.50. */
export interface Money {
  amount: number
  currency: string
}

export interface SeatDetail {
  zone: string
  seat: string
  /** As it is shown, in the element's language: "Stalls, row C, seat 14". */
  name: string
  /** null while the server has not named it yet. */
  price: Money | null
}

/** The chosen seats changed, as the buyer sees it: at once, before the server has answered. */
export interface SelectDetail {
  event: string
  seats: SeatDetail[]
}

/** What the server keeps for the buyer changed. Without seats nothing is held any more. */
export interface HoldDetail {
  event: string
  seats: SeatDetail[]
  total: Money | null
  /** RFC 3339, by the server's clock; null when nothing is held. */
  expiresAt: string | null
}

/** A wish was refused. */
export interface RefuseDetail {
  event: string
  /** Code of the protocol, such as `seat_unavailable`, `hold_limit`, `sale_closed`, `hold_expired`. */
  code: string
  /** The seats that stood in the way, and what they are now. */
  seats: { zone: string; seat: string; name: string; state: 'available' | 'held' | 'booked' | 'blocked' }[]
}

/** The hold ended and the buyer did not wish it. */
export interface ExpireDetail {
  event: string
  /** What was held, where that is known. */
  seats: SeatDetail[]
  /** `expired`: the time ran out. `lost`: the seats were sold to somebody else. `gone`: it ended before its time elsewhere. */
  reason: 'expired' | 'lost' | 'gone'
}

/** The seats are the buyer's: the database has confirmed it. */
export interface BookDetail {
  event: string
  booking: { id: string; reference: string; seats: SeatDetail[]; total: Money }
  /** The booking's page on the server. It opens on any device while it has its key: whoever has the address may see the booking. */
  url: string
}

/** The events of the element. All bubble, cross shadow roots, and cannot be cancelled. */
export interface JariSeatMapEventMap {
  select: CustomEvent<SelectDetail>
  hold: CustomEvent<HoldDetail>
  refuse: CustomEvent<RefuseDetail>
  expire: CustomEvent<ExpireDetail>
  book: CustomEvent<BookDetail>
}

export type JariLanguage = 'ko' | 'en'
export type JariTheme = 'light' | 'dark' | 'auto'

/** The attributes, as JSX and templates write them. */
export interface JariSeatMapAttributes {
  event?: string
  server?: string
  lang?: string
  theme?: JariTheme
  zone?: string
  seats?: string
}

/** The live seat map of an event: buyers choose, hold and book in it. */
export interface JariSeatMapElement extends HTMLElement {
  /** The event's id. */
  event: string
  /** Origin of the Jari server, such as `https://tickets.example`; where the script came from unless given. */
  server: string
  /** `ko` or `en`; the document's language unless given, then the browser's. */
  lang: string
  theme: JariTheme
  /** A zone to open at; empty for the whole house. */
  zone: string
  /** Ids of seats to open at, apart by commas. */
  seats: string
  /** Gives back what the buyer holds in this event. */
  release(): Promise<void>
  addEventListener<K extends keyof JariSeatMapEventMap>(type: K, listener: (this: JariSeatMapElement, event: JariSeatMapEventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void
  addEventListener<K extends Exclude<keyof HTMLElementEventMap, 'select'>>(type: K, listener: (this: JariSeatMapElement, event: HTMLElementEventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void
  removeEventListener<K extends keyof JariSeatMapEventMap>(type: K, listener: (this: JariSeatMapElement, event: JariSeatMapEventMap[K]) => unknown, options?: boolean | EventListenerOptions): void
  removeEventListener<K extends Exclude<keyof HTMLElementEventMap, 'select'>>(type: K, listener: (this: JariSeatMapElement, event: HTMLElementEventMap[K]) => unknown, options?: boolean | EventListenerOptions): void
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void
}

declare global {
  interface HTMLElementTagNameMap {
    'jari-seat-map': JariSeatMapElement
  }
}
