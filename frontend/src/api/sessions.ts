import { call } from './http'

export interface Session {
  token: string
  expires_at: string
  buyer: { id: string }
}

/** A guest's session; with a valid token it renews the same buyer. */
export function openSession(token: string | null): Promise<Session> {
  return call<Session>('/sessions', { method: 'POST', token })
}
