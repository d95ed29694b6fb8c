import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { ApiError } from '@/api/http'
import { openSession, type Session } from '@/api/sessions'
import { readJSON, safeStorage } from '@/composables/safeStorage'

const KEY = 'jari.session'
/** A session that ends sooner than this is renewed while it still can be, ms. */
const RENEW_BEFORE = 7 * 24 * 3600_000

function isSession(value: unknown): value is Session {
  const s = value as Session | null
  return typeof s === 'object' && s !== null && typeof s.token === 'string' && typeof s.expires_at === 'string' && typeof s.buyer?.id === 'string'
}

/** Who this browser is to the server: a guest, made once and kept. */
export const useSession = defineStore('session', () => {
  const session = shallowRef<Session | null>(readJSON(KEY, isSession))
  let opening: Promise<string> | null = null

  window.addEventListener('storage', (event) => {
    if (event.key === KEY) session.value = readJSON(KEY, isSession)
  })

  /** The token to act with; makes a guest when there is none. `refused`: this token was refused, get another. */
  function token(refused?: string | null): Promise<string> {
    const now = session.value
    if (now && now.token !== refused) {
      const left = Date.parse(now.expires_at) - Date.now()
      if (left > RENEW_BEFORE) return Promise.resolve(now.token)
      if (left > 0) {
        void open(now.token).catch(() => undefined) // the old one still serves; the next call tries again
        return Promise.resolve(now.token)
      }
    }
    return open(null)
  }

  function open(bearer: string | null): Promise<string> {
    opening ??= openSession(bearer)
      .then((made) => {
        session.value = made
        safeStorage.set(KEY, JSON.stringify(made))
        return made.token
      })
      .finally(() => {
        opening = null
      })
    return opening
  }

  /** Calls as the buyer; a refused token is replaced once. */
  async function asBuyer<T>(act: (token: string) => Promise<T>): Promise<T> {
    const first = await token()
    try {
      return await act(first)
    } catch (cause) {
      if (!(cause instanceof ApiError) || cause.status !== 401) throw cause
      return act(await token(first))
    }
  }

  return { session, token, asBuyer }
})
