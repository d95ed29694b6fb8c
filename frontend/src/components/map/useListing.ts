import { nextTick, ref, type Ref } from 'vue'

/** The list in the place of the map. `focused`: what has the focus around here. */
export function useListing(map: Readonly<Ref<{ focus: () => void } | null>>, focused: () => Element | null) {
  const list = ref(false)
  let opener: Element | null = null

  function openList(): void {
    opener ??= focused()
    list.value = true
  }

  /** The keyboard goes on where it was before the list. */
  async function closeList(): Promise<void> {
    const back = opener
    opener = null
    list.value = false
    await nextTick()
    if (back instanceof HTMLElement && back !== document.body && back.isConnected) back.focus({ preventScroll: true })
    else map.value?.focus()
  }

  return { list, openList, closeList }
}
