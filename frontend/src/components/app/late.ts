import { h, shallowRef, watch, type Component, type FunctionalComponent } from 'vue'
import { reload } from '@/composables/useUnload'
import { useConnection } from '@/stores/connection'
import { useLive } from '@/stores/live'
import { useToasts } from '@/stores/toasts'

/** ms after which a page that is never idle is given no more time. */
const LATEST = 4_000
const parts = new Set<() => Promise<void>>()
let idle = false

/**
 * A part of the page that nobody needs before the map can be used. It comes once the page is idle, and then is shown in the same breath as it
 * is asked for; who asks earlier gets it as soon as it is there. When it cannot be had the buyer is told, and the next asking tries anew.
 */
export function late<T extends Component>(load: () => Promise<{ default: T }>): T {
  const part = shallowRef<T>()
  let coming: Promise<void> | undefined
  async function fetch(): Promise<void> {
    try {
      part.value = (await load()).default
      parts.delete(get)
    } finally {
      coming = undefined
    }
  }
  const get = () => (coming ??= fetch())
  parts.add(get)
  if (idle) quietly(get)

  const Late: FunctionalComponent = (_, { attrs, slots }) => {
    if (part.value) return h(part.value, attrs, slots)
    const toasts = useToasts()
    get().catch(() => toasts.ask({ kind: 'problem', key: 'toast.part', values: {}, seats: [], actions: [{ name: 'main', key: 'bar.reload', run: reload }] }))
    return null
  }
  Late.inheritAttrs = false // they are the part's
  return Late as Component as T
}

/** Fetches them when the map can be used and nothing else is to be done. */
export function useLateParts(): void {
  const live = useLive()
  const connection = useConnection()
  watch(
    () => live.ready && connection.state === 'live',
    (used) => {
      if (used) whenIdle(fetchAll)
    },
    { immediate: true },
  )
}

function fetchAll(): void {
  idle = true
  for (const get of parts) quietly(get)
}

/** Whoever needs it will be told. */
function quietly(get: () => Promise<void>): void {
  get().catch(() => undefined)
}

function whenIdle(act: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(act, { timeout: LATEST })
  else setTimeout(act, LATEST)
}
