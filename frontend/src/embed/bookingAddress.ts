import { call } from '@/api/http'
import { addressOf } from '@/api/origin'

/** The address of a booking's page that opens it on any device: the key is in the fragment, which no server gets. */
export async function linkBooking(id: string, token: string): Promise<string> {
  const { key } = await call<{ key: string }>(`/bookings/${encodeURIComponent(id)}/link`, { method: 'POST', token })
  return `${bookingAddress(id)}#key=${key}`
}

/** The same without a key: it opens where the buyer's own session is. */
export function bookingAddress(id: string): string {
  return new URL(addressOf(`/bookings/${encodeURIComponent(id)}`), location.href).href
}
