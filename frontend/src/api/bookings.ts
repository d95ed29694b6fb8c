import type { Booking, BookingAnswer, BookingsAnswer, BookRequest, LinkAnswer } from '@/protocol/shapes'
import { call } from './http'

export type Contact = Pick<BookRequest, 'name' | 'email'>

export async function fetchBookings(token: string): Promise<Booking[]> {
  return (await call<BookingsAnswer>('/bookings', { token })).bookings
}

export async function fetchBooking(id: string, token: string): Promise<Booking> {
  return (await call<BookingAnswer>(`/bookings/${encodeURIComponent(id)}`, { token })).booking
}

/** Books the hold, and only if it has just the named seats. The same key may be sent again until it is decided. */
export async function postBooking(event: string, seats: string[], contact: Contact, key: string, token: string): Promise<Booking> {
  const answer = await call<BookingAnswer>(`/events/${encodeURIComponent(event)}/bookings`, {
    method: 'POST',
    body: { ...contact, seats },
    token,
    headers: { 'Idempotency-Key': key },
  })
  return answer.booking
}

/** Cancels the whole booking, or the named seats of it. */
export async function cancelBooking(id: string, seats: string[] | undefined, token: string): Promise<Booking> {
  const body = seats ? { seats } : {}
  return (await call<BookingAnswer>(`/bookings/${encodeURIComponent(id)}/cancel`, { method: 'POST', body, token })).booking
}

/** The booking that the key of a link opens. */
export async function fetchLinkedBooking(id: string, key: string): Promise<Booking> {
  return (await call<BookingAnswer>(`/bookings/${encodeURIComponent(id)}`, { headers: { 'Booking-Key': key } })).booking
}

/** Makes a key for a link; it is told this once. */
export async function postLink(id: string, token: string): Promise<string> {
  return (await call<LinkAnswer>(`/bookings/${encodeURIComponent(id)}/link`, { method: 'POST', token })).key
}

/** Makes every key of the booking worthless. */
export async function deleteLinks(id: string, token: string): Promise<void> {
  await call(`/bookings/${encodeURIComponent(id)}/link`, { method: 'DELETE', token })
}
