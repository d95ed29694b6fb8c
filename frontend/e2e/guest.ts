import { expect } from 'vitest'
import type { Seat } from './house'
import type { Server } from './server'

export interface Booking {
  id: string
  reference: string
  status: string
  seats: { zone: string; seat: string }[]
}

interface Session {
  token: string
}

/** A buyer without a page, who asks the server by hand. */
export class Guest {
  private constructor(
    private readonly server: Server,
    /** As a page keeps it. */
    readonly session: Session,
  ) {}

  static async come(server: Server): Promise<Guest> {
    return new Guest(server, await post<Session>(server, '/sessions', {}))
  }

  async hold(event: string, seats: readonly Seat[]): Promise<void> {
    await this.post(`/events/${event}/hold`, { zone: seats[0]?.zone, seats: seats.map((s) => s.id) })
  }

  async holdBest(event: string, quantity: number, zone?: string): Promise<void> {
    await this.post(`/events/${event}/hold`, { best: { quantity, zone } })
  }

  /** Has what is held booked, which is not yet decided. */
  async book(event: string, contact: object = {}): Promise<Booking> {
    return (await this.post<{ booking: Booking }>(`/events/${event}/bookings`, contact, { 'Idempotency-Key': 'only' })).booking
  }

  async booked(event: string, contact?: object): Promise<Booking> {
    const { id } = await this.book(event, contact)
    const decided = async () => (await this.get<{ booking: Booking }>(`/bookings/${id}`)).booking
    await expect.poll(async () => (await decided()).status).toBe('confirmed')
    return decided()
  }

  async cancel(booking: Booking): Promise<void> {
    await this.post(`/bookings/${booking.id}/cancel`, {})
  }

  private get<T>(path: string): Promise<T> {
    return this.server.get<T>(path, this.bearer)
  }

  private post<T>(path: string, body: object, headers: Record<string, string> = {}): Promise<T> {
    return post<T>(this.server, path, body, { ...this.bearer, ...headers })
  }

  private get bearer() {
    return { Authorization: `Bearer ${this.session.token}` }
  }
}

function post<T>(server: Server, path: string, body: object, headers: Record<string, string> = {}): Promise<T> {
  return server.ask<T>(path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) })
}
