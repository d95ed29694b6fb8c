import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef } from 'vue'
import { ApiError } from '@/api/http'
import { keptAs } from '@/api/origin'
import { openSession } from '@/api/sessions'
import type { Session } from '@/protocol/shapes'
import { readJSON, safeStorage } from '@/composables/safeStorage'

/** A session that ends sooner than this is renewed while it still can be, ms. */
const RENEW_BEFORE = 7 * 24 * 3600_000

function isSession(value: unknown): value is Session {
  const s = value as Session | null
  return typeof s === 'object' && s !== null && typeof s.token === 'string' && typeof s.expires_at === 'string' && typeof s.buyer?.id === 'string'
}

const leftOf = (session: Session) => Date.parse(session.expires_at) - Date.now()

/** Who this browser is to the server: a guest, made once and kept, the same in every tab. */
export const useSession = defineStore('session', () => {
  const KEY = keptAs('jari.session')
  const session = shallowRef<Session | null>(readJSON(KEY, isSession))
  /** Changes when another tab was faster to become a guest, or the one before is not known to the server any more. */
  const buyer = computed(() => session.value?.buyer.id ?? null)
  /** The session that this page had is over, and what it held with it: this browser is another buyer now. */
  const ended = shallowRef(false)
  let opening: Promise<string> | null = null

  const hear = (event: StorageEvent) => {
    // What was only removed is kept here: whoever makes the next one tells all tabs, and until then they stay one buyer.
    if (event.key === KEY) session.value = readJSON(KEY, isSession) ?? session.value
  }
  window.addEventListener('storage', hear)
  onScopeDispose(() => {
    window.removeEventListener('storage', hear)
  })

  /** The token to act with; makes a guest when there is none. `refused`: this token was refused, get another. */
  function token(refused: string | null = null): Promise<string> {
    const now = session.value
    if (now && now.token !== refused) {
      const left = leftOf(now)
      if (left > RENEW_BEFORE) return Promise.resolve(now.token)
      if (left > 0) {
        void open(null).catch(() => undefined) // the old one still serves; the next call tries again
        return Promise.resolve(now.token)
      }
    }
    return open(refused)
  }

  function open(refused: string | null): Promise<string> {
    opening ??= alone(KEY, () => make(refused)).finally(() => {
      opening = null
    })
    return opening
  }

  async function make(refused: string | null): Promise<string> {
    const mine = session.value
    /** A session of another tab, that we did not know of. */
    const others = () => {
      const kept = readJSON(KEY, isSession)
      return kept && kept.token !== mine?.token && kept.token !== refused && leftOf(kept) > 0 ? kept : null
    }
    const bearer = mine && mine.token !== refused && leftOf(mine) > 0 ? mine.token : null
    let made = others()
    if (!made) {
      const opened = await openSession(bearer)
      made = others() ?? opened // a tab may have been faster: not every page has locks, and the storage of another reaches us a little late
      safeStorage.set(KEY, JSON.stringify(made))
    }
    if (mine && mine.buyer.id !== made.buyer.id) ended.value = true
    session.value = made
    return made.token
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

  return { session, buyer, ended, token, asBuyer }
})

/** Runs while no other tab does. Pages that are not served over TLS have no locks. */
async function alone<T>(name: string, act: () => Promise<T>): Promise<T> {
  const locks = navigator.locks as LockManager | undefined
  if (!locks) return act()
  let begun = false
  try {
    return await locks.request(name, () => {
      begun = true
      return act()
    })
  } catch (cause) {
    if (begun) throw cause
    return act() // the browser refuses locks, as it may refuse storage
  }
}
