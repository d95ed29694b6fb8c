import { onScopeDispose, watch, type Ref } from 'vue'

let quiet = false
/** A browser lets a page ask only after something was done on it, and complains otherwise. */
let touched = false
for (const deed of ['click', 'keydown']) {
  window.addEventListener(deed, () => (touched = true), { capture: true, once: true })
}

/** Asks, in the browser's own words, before the tab is closed while `worth` is true. Without a listener the page may rest in the browser's cache. */
export function useUnload(worth: Readonly<Ref<boolean>>, asked: () => void): void {
  function ask(event: BeforeUnloadEvent): void {
    if (quiet || !touched) return
    asked()
    event.preventDefault()
  }
  const stop = () => {
    window.removeEventListener('beforeunload', ask)
  }
  watch(
    worth,
    (is) => {
      stop()
      if (is) window.addEventListener('beforeunload', ask)
    },
    { immediate: true },
  )
  onScopeDispose(stop)
}

/** The buyer wished for it: nothing is asked. */
export function reload(): void {
  quiet = true
  location.reload()
}
