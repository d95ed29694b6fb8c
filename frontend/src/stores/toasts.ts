import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

export interface Toast {
  id: number
  kind: 'info' | 'problem' | 'good'
  /** A key of the languages and its values: a toast changes its language with the page. */
  key: string
  values: Record<string, string | number>
}

/** Long enough to be read twice, ms. */
const SHOWN = 6_000
const MOST = 3

/** Short messages that come and go. */
export const useToasts = defineStore('toasts', () => {
  const toasts = shallowRef<Toast[]>([])
  let next = 1

  function show(kind: Toast['kind'], key: string, values: Toast['values'] = {}): void {
    const id = next++
    const others = toasts.value.filter((t) => t.key !== key)
    toasts.value = [...others, { id, kind, key, values }].slice(-MOST)
    setTimeout(() => {
      dismiss(id)
    }, SHOWN)
  }

  function dismiss(id: number): void {
    toasts.value = toasts.value.filter((t) => t.id !== id)
  }

  return { toasts, show, dismiss }
})
