import type { Session } from '@/protocol/shapes'
import { call } from './http'

/** A guest's session; with a valid token it renews the same buyer. */
export function openSession(token: string | null): Promise<Session> {
  return call<Session>('/sessions', { method: 'POST', token })
}
