import { createPinia, disposePinia } from 'pinia'
import { createApp, watchEffect, type ShallowReactive } from 'vue'
import { createLanguages } from '@/locales/languages'
import { useHold } from '@/stores/hold'
import EmbedRoot from './EmbedRoot.vue'
import type { Options } from './options'
import type { JariSeatMapEventMap } from './types'

/** Tells the host page of what happened. */
export type Tell = <K extends keyof JariSeatMapEventMap>(type: K, detail: JariSeatMapEventMap[K]['detail']) => void

export interface SeatMapApp {
  release: () => Promise<void>
  unmount: () => void
}

/** An app of its own in a box: nothing of it is shared with other elements, and nothing is left of it after unmount. */
export function mountSeatMap(box: HTMLElement, options: ShallowReactive<Options>, server: string, tell: Tell): SeatMapApp {
  const pinia = createPinia()
  const i18n = createLanguages(options.language)
  const size = { width: box.clientWidth, height: box.clientHeight }
  const app = createApp(EmbedRoot, { options, server, tell, size }).use(pinia).use(i18n)
  const follow = watchEffect(() => {
    i18n.global.locale.value = options.language
    box.lang = options.language
    box.dataset.theme = options.theme
  })
  app.mount(box)
  return {
    async release() {
      const hold = useHold(pinia)
      const seats = hold.seats.map((s) => s.seat)
      if (seats.length > 0) await hold.release(seats)
    },
    unmount() {
      follow()
      app.unmount()
      disposePinia(pinia)
    },
  }
}
