import { ApiError } from '@/api/http'
import { deleteHold, extendHold, postHold } from '@/api/holds'
import { LostAnswer, ProtocolError } from '@/protocol/answers'
import type { Answer, HoldWish, Request } from '@/protocol/messages'
import type { Hold, SeatStateOf } from '@/protocol/shapes'
import { useConnection } from './connection'
import { useSession } from './session'

/** A rule said no; or `lost`: nobody knows whether the wish was granted, and it must not be repeated unseen. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    readonly seats: SeatStateOf[] = [],
  ) {
    super(code)
  }
}

interface Held {
  hold: Hold | null
}

/** Codes with which a request may have been served all the same. */
const UNSURE = new Set(['offline', 'internal', 'unavailable'])

/** Carries a buyer's wishes to the server: over the socket, and over HTTP while that is away. */
export function useAsking() {
  const connection = useConnection()
  const session = useSession()

  /** What the socket may have taken along is asked again over HTTP only when asking twice does no harm. */
  async function ask<T>(request: Request, read: (answer: Answer) => T | undefined, http: (token: string) => Promise<T>, repeatable = true): Promise<T> {
    const unsure = (code: string) => !repeatable && UNSURE.has(code)
    try {
      const answer = await connection.askAsBuyer(request)
      const got = read(answer)
      if (got !== undefined) return got
      throw answer.type === 'refused' ? new Refused(answer.code, answer.seats) : new Refused('internal')
    } catch (cause) {
      if (cause instanceof ProtocolError && unsure(cause.code)) throw new Refused('lost')
      if (!(cause instanceof LostAnswer)) throw cause
      if (cause.sent && !repeatable) throw new Refused('lost')
    }
    try {
      return await session.asBuyer(http)
    } catch (cause) {
      throw cause instanceof ApiError && unsure(cause.code) ? new Refused('lost') : cause
    }
  }

  /** Named seats may be asked for twice, for what one holds already is success; any others would be twice as many. */
  function hold(event: string, wish: HoldWish): Promise<Held & { adjacent?: boolean }> {
    return ask<Held & { adjacent?: boolean }>(
      { type: 'hold', event, ...wish },
      (answer) => (answer.type === 'held' ? answer : undefined),
      (token) => postHold(event, wish, token),
      'seats' in wish,
    )
  }

  /** Answers what is still held where the server says it; null otherwise. */
  function release(event: string, seats: string[]): Promise<Held | null> {
    return ask<Held | null>(
      { type: 'release', event, seats },
      (answer) => (answer.type === 'released' ? answer : undefined),
      async (token) => {
        await deleteHold(event, seats, token)
        return null
      },
    )
  }

  function extend(event: string): Promise<Held> {
    return ask<Held>(
      { type: 'extend', event },
      (answer) => (answer.type === 'extended' ? answer : undefined),
      (token) => extendHold(event, token),
    )
  }

  return { hold, release, extend }
}

/** Why the server did not do it; empty when the cause is none of the server's. */
export function codeOf(cause: unknown): string {
  return cause instanceof Refused || cause instanceof ApiError || cause instanceof ProtocolError ? cause.code : ''
}
