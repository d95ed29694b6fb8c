import { onScopeDispose, ref, watch, type Ref } from 'vue'

const FIRST_WAIT = 1_000
const LONGEST_WAIT = 5_000
/** Longer than this, ms, and the page says that it takes longer. */
const SLOW = 8_000

/** The socket's word may be lost: while something is pending, asks from time to time, less often the longer it takes. */
export function usePending(pending: () => boolean, ask: () => Promise<void>): { slow: Ref<boolean> } {
  const slow = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let waited = 0
  let gone = false

  watch(
    pending,
    (now) => {
      clearTimeout(timer)
      waited = 0
      slow.value = false
      if (now) wait(FIRST_WAIT)
    },
    { immediate: true },
  )

  function wait(ms: number): void {
    timer = setTimeout(() => {
      waited += ms
      slow.value = waited >= SLOW
      void ask().then(() => {
        if (!gone && pending()) wait(Math.min(LONGEST_WAIT, ms * 1.4))
      })
    }, ms)
  }

  onScopeDispose(() => {
    gone = true
    clearTimeout(timer)
  })

  return { slow }
}
