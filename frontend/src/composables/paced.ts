import { ref, watch, type Ref } from 'vue'

/** Grows when a number does: at once, and then at most every so many ms. For what is dear to reckon and need not be of this frame. */
export function paced(source: Readonly<Ref<number>>, every: number): Readonly<Ref<number>> {
  const seen = ref(0)
  let pausing = false
  function grow(): void {
    if (pausing) return
    pausing = true
    seen.value++
    const last = source.value
    setTimeout(() => {
      pausing = false
      if (source.value !== last) grow()
    }, every)
  }
  watch(source, grow, { flush: 'sync' })
  return seen
}
