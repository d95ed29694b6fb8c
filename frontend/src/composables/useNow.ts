import { onScopeDispose, ref, type Ref } from 'vue'

/** A clock that ticks for as long as its component lives. */
export function useNow(clock: { now: () => number }, every = 250): Ref<number> {
  const now = ref(clock.now())
  const timer = setInterval(() => {
    now.value = clock.now()
  }, every)
  onScopeDispose(() => {
    clearInterval(timer)
  })
  return now
}
