import type { HoldWish } from '@/protocol/messages'
import type { HoldAnswer } from '@/protocol/shapes'
import { call } from './http'

const path = (event: string) => `/events/${encodeURIComponent(event)}/hold`

export function fetchHold(event: string, token: string): Promise<HoldAnswer> {
  return call<HoldAnswer>(path(event), { token })
}

export function postHold(event: string, wish: HoldWish, token: string): Promise<HoldAnswer> {
  return call<HoldAnswer>(path(event), { method: 'POST', body: wish, token })
}

export async function deleteHold(event: string, seats: string[] | undefined, token: string): Promise<void> {
  if (!seats) return call(path(event), { method: 'DELETE', token })
  await Promise.all(seats.map((seat) => call(`${path(event)}/seats/${encodeURIComponent(seat)}`, { method: 'DELETE', token })))
}

export function extendHold(event: string, token: string): Promise<HoldAnswer> {
  return call<HoldAnswer>(`${path(event)}/extend`, { method: 'POST', token })
}
