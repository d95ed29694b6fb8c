import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { SeatRef } from '@/seatmap/model'

type Values = Record<string, string | number>

/** Something that the buyer may do about a message, with one click. */
export interface ToastAction {
  /** Names it for tests and styles: `main` is what we would do. */
  name: 'main' | 'other'
  key: string
  values?: Values
  /** Put into the text as `{seats}`. */
  seats?: readonly SeatRef[]
  run: () => void
}

export interface Toast {
  id: number
  kind: 'info' | 'problem' | 'good'
  /** A key of the languages and its values: a toast changes its language with the page. */
  key: string
  values: Values
  seats: readonly SeatRef[]
  actions: readonly ToastAction[]
}

/** Long enough to be read twice, ms. What asks for a decision stays until there is one. */
const SHOWN = 6_000
const MOST = 3

/** Short messages that come and go. */
export const useToasts = defineStore('toasts', () => {
  const toasts = shallowRef<Toast[]>([])
  let next = 1

  function show(kind: Toast['kind'], key: string, values: Values = {}): void {
    const id = add({ kind, key, values, seats: [], actions: [] })
    setTimeout(() => {
      dismiss(id)
    }, SHOWN)
  }

  /** A message with something to do about it; at most one at a time. Each action ends it. */
  function ask(message: Omit<Toast, 'id'>): number {
    toasts.value = toasts.value.filter((t) => t.actions.length === 0)
    return add(message)
  }

  function add(message: Omit<Toast, 'id'>): number {
    const id = next++
    const others = toasts.value.filter((t) => t.key !== message.key)
    toasts.value = [...others, { id, ...message }].slice(-MOST)
    return id
  }

  function dismiss(id: number): void {
    toasts.value = toasts.value.filter((t) => t.id !== id)
  }

  return { toasts, show, ask, dismiss }
})
