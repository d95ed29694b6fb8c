import { defineStore } from 'pinia'
import { ref } from 'vue'
import { ServerClock } from '@/protocol/clock'
import type { Answer, Push, Request } from '@/protocol/messages'
import { LiveSocket, type Connection, type Position } from '@/protocol/socket'
import { useSession } from './session'

type Listener = (message: Push) => void
type Locator = (event: string, zone: string) => Position | null

/** The one socket of this page, and the server's clock. */
export const useConnection = defineStore('connection', () => {
  const state = ref<Connection>('idle')
  /** How often it became live: watchers ask the server for the truth again. */
  const lives = ref(0)
  /** Code of the close that ended it for good, or 0. */
  const closed = ref(0)
  const clock = new ServerClock()
  const session = useSession()
  const listeners = new Set<Listener>()
  let locate: Locator = () => null
  let lastToken: string | null = null

  const socket = new LiveSocket({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/socket`,
    clock,
    token: async (fresh) => (lastToken = await session.token(fresh ? lastToken : null)),
    position: (event, zone) => locate(event, zone),
    onPush: (message) => {
      for (const listener of listeners) listener(message)
    },
    onConnection: (now, code) => {
      state.value = now
      if (now === 'live') lives.value++
      closed.value = now === 'closed' ? (code ?? 0) : 0
    },
  })

  window.addEventListener('online', () => {
    socket.nudge()
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') socket.nudge()
  })

  /** Listens to pushes until the returned function is called. */
  function listen(listener: Listener): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  return {
    state,
    lives,
    closed,
    clock,
    connect: () => {
      socket.connect()
    },
    listen,
    locateBy: (by: Locator) => {
      locate = by
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
