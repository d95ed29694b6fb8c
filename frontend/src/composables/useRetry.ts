import { onScopeDispose, ref, watch, type Ref } from 'vue'

const FIRST = 3_000
const LONGEST = 30_000

/**
 * Tries again by itself for as long as `wanted`: each time after a longer wait, and at once when the network is back or the page
 * is looked at again. Up to half as long again by chance: many who wait shall not ask at the same moment.
 */
export function useRetry(wanted: Readonly<Ref<boolean>>, act: () => void, random: () => number = Math.random) {
  /** Until the next try. */
  const seconds = ref(0)
  /** It was tried just now. */
  const busy = ref(false)
  let tries = 0
  let due = 0
  let timer: ReturnType<typeof setInterval> | undefined

  function plan(): void {
    const wait = Math.min(LONGEST, FIRST * 2 ** tries++)
    due = Date.now() + wait * (1 + random() / 2)
    show()
  }

  function show(): void {
    seconds.value = Math.max(1, Math.ceil((due - Date.now()) / 1000))
  }

  function tick(): void {
    if (document.visibilityState === 'hidden') return // nobody waits
    busy.value = false
    if (Date.now() < due) show()
    else now()
  }

  function now(): void {
    if (timer === undefined) return
    busy.value = true
    plan()
    act()
  }

  function stop(): void {
    clearInterval(timer)
    timer = undefined
    tries = 0
    busy.value = false
  }

  function seen(): void {
    if (document.visibilityState === 'visible') now()
  }

  watch(
    wanted,
    (is) => {
      stop()
      if (!is) return
      plan()
      timer = setInterval(tick, 1_000)
    },
    { immediate: true },
  )
  window.addEventListener('online', now)
  document.addEventListener('visibilitychange', seen)
  onScopeDispose(() => {
    stop()
    window.removeEventListener('online', now)
    document.removeEventListener('visibilitychange', seen)
  })

  return { seconds, busy }
}
