import { onScopeDispose, ref, watch } from 'vue'
import { useRoom } from '@/composables/useRoom'

/**
 * The room fills the screen, or the window where the browser has no full screen for pages (iPhones). Escape leaves: of the
 * browser's own full screen it is the browser that hears it.
 */
export function useFullScreen() {
  const room = useRoom()
  const full = ref(false)

  function target(): HTMLElement | null {
    // Of our own page all of it, because messages are shown beside the room; elsewhere the room has everything in it.
    return room.embedded ? room.element.value : document.documentElement
  }

  async function toggle(): Promise<void> {
    full.value = !full.value
    if (!full.value) {
      if (document.fullscreenElement) await document.exitFullscreen()
      return
    }
    const element = target()
    if (!element || !document.fullscreenEnabled) return
    try {
      await element.requestFullscreen()
    } catch {
      // Refused: the window is filled all the same.
    }
  }

  function onChange(): void {
    if (!document.fullscreenElement) full.value = false
  }

  function onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.defaultPrevented || !full.value || document.fullscreenElement) return
    full.value = false
  }

  watch(full, (on) => room.element.value?.toggleAttribute('data-full', on))
  document.addEventListener('fullscreenchange', onChange)
  document.addEventListener('keydown', onKey)
  onScopeDispose(() => {
    document.removeEventListener('fullscreenchange', onChange)
    document.removeEventListener('keydown', onKey)
    room.element.value?.removeAttribute('data-full')
    if (full.value && document.fullscreenElement) void document.exitFullscreen()
  })

  return { full, toggle }
}
