import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, watch } from 'vue'
import { socketAddress } from '@/api/origin'
import { ServerClock } from '@/protocol/clock'
import type { Answer, Push, Request } from '@/protocol/messages'
import type { Position } from '@/protocol/joins'
import { LiveSocket, type Connection } from '@/protocol/socket'
import { useSession } from './session'

type Listener = (message: Push) => void

/** Who keeps the zones' pictures. */
interface Viewer {
  /** Where a zone stands. */
  position: (event: string, zone: string) => Position | null
  /** A join was granted, or refused for now: it is asked again by itself. */
  onJoin: (event: string, zone: string | undefined, granted: boolean) => void
}

/** Zones at once, before the server has said how many. */
export const USUAL_JOINS = 16

/** The one socket of this page, and the server's clock. */
export const useConnection = defineStore('connection', () => {
  const state = ref<Connection>('idle')
  /** How often it became live: watchers ask the server for the truth again. */
  const lives = ref(0)
  /** Code of the close that ended it for good, or 0. */
  const closed = ref(0)
  /** How many zones may be joined at once. */
  const mostJoins = ref(USUAL_JOINS)
  /** Whether this device has a network at all, as far as the browser knows. */
  const online = ref(navigator.onLine)
  /** Of when what is shown is, by the server's clock, ms; 0 while we see every change, or nothing is shown yet. */
  const lastLive = ref(0)
  /** The server would send another page than this one by now. */
  const outdated = ref(false)
  const clock = new ServerClock()
  const session = useSession()
  const listeners = new Set<Listener>()
  let viewer: Viewer | null = null
  let lastToken: string | null = null
  /** Whose token that was. */
  let lastBuyer: string | null = null
  /** When anything was heard, by the server's clock, ms. */
  let heard = 0

  /** What the buyer may rely on. */
  const wire = computed<Connection | 'offline'>(() => (online.value || state.value === 'idle' ? state.value : 'offline'))

  const socket = new LiveSocket({
    url: socketAddress(),
    clock,
    token: async (fresh) => {
      lastToken = await session.token(fresh ? lastToken : null)
      lastBuyer = session.buyer
      return lastToken
    },
    position: (event, zone) => viewer?.position(event, zone) ?? null,
    onJoin: (event, zone, granted) => viewer?.onJoin(event, zone, granted),
    onPush: (message) => {
      for (const listener of listeners) listener(message)
    },
    onHeard: () => {
      heard = clock.now()
    },
    onPage: (page) => {
      outdated.value = isAnother(page)
    },
    onConnection: (now, code) => {
      if (now === 'live' && online.value) lastLive.value = 0
      else if (state.value === 'live' && lastLive.value === 0) lastLive.value = heard
      state.value = now
      if (now === 'live') lives.value++
      closed.value = now === 'closed' ? (code ?? 0) : 0
    },
    onLimits: (limits) => {
      mostJoins.value = limits.joins
    },
  })

  // At once: nothing more shall be asked, and no answer taken, as the buyer before.
  watch(
    () => session.buyer,
    (now) => {
      if (lastBuyer !== null && now !== lastBuyer) socket.changeBuyer()
    },
    { flush: 'sync' },
  )

  const nudge = () => {
    if (document.visibilityState === 'visible') socket.nudge()
  }
  const on = () => {
    online.value = true
    if (state.value === 'live') lastLive.value = 0
    socket.nudge()
  }
  // The socket itself learns it by a missing answer, much later.
  const off = () => {
    online.value = false
    if (state.value === 'live') lastLive.value = heard
  }
  window.addEventListener('online', on)
  window.addEventListener('offline', off)
  document.addEventListener('visibilitychange', nudge)
  onScopeDispose(() => {
    window.removeEventListener('online', on)
    window.removeEventListener('offline', off)
    document.removeEventListener('visibilitychange', nudge)
    socket.close()
  })

  /** Listens to pushes until the returned function is called. */
  function listen(listener: Listener): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  return {
    state,
    online,
    wire,
    lastLive,
    outdated,
    lives,
    closed,
    mostJoins,
    clock,
    connect: () => {
      socket.connect()
    },
    listen,
    /** What is shown was so at a time, ms, without a socket that tells what happens since; 0: nothing is shown any more. */
    sawAt: (at: number) => {
      if (state.value !== 'live') lastLive.value = at
    },
    viewBy: (by: Viewer) => {
      viewer = by
    },
    join: (event: string, zone?: string) => {
      socket.join(event, zone)
    },
    rejoin: (event: string, zone: string) => {
      socket.rejoin(event, zone)
    },
    leave: (event: string, zone?: string) => {
      socket.leave(event, zone)
    },
    askAsBuyer: (request: Request): Promise<Answer> => socket.askAsBuyer(request),
  }
})

/** Whether the server has another page than this; one that does not say which it is, is none of ours to renew. */
function isAnother(page: string): boolean {
  const ours = document.querySelector<HTMLMetaElement>('meta[name=jari-page]')?.content
  return ours !== undefined && ours !== '' && ours !== page
}
