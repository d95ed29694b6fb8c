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

/** Long enough to be read twice, ms. */
const SHOWN = 6_000
const MOST = 3

/**
 * Short messages. What went well goes by itself, unless the buyer is at it; a problem stays until it was there to be read and the
 * buyer goes on, and what asks for a decision until there is one.
 */
export const useToasts = defineStore('toasts', () => {
  const toasts = shallowRef<Toast[]>([])
  const timers = new Map<number, ReturnType<typeof setTimeout>>()
  /** Problems that were shown long enough. */
  const read = new Set<number>()
  let kept = false
  let next = 1

  function show(kind: Toast['kind'], key: string, values: Values = {}): void {
    time(add({ kind, key, values, seats: [], actions: [] }))
  }

  /** A message with something to do about it; at most one at a time. Each action ends it. */
  function ask(message: Omit<Toast, 'id'>): number {
    set(toasts.value.filter((t) => t.actions.length === 0))
    return add(message)
  }

  function add(message: Omit<Toast, 'id'>): number {
    const id = next++
    const others = toasts.value.filter((t) => t.key !== message.key)
    set([...others, { id, ...message }].slice(-MOST))
    return id
  }

  function time(id: number): void {
    clearTimeout(timers.get(id))
    timers.set(id, setTimeout(shown, SHOWN, id))
    if (kept) clearTimeout(timers.get(id))
  }

  function shown(id: number): void {
    timers.delete(id)
    if (toasts.value.some((t) => t.id === id && t.kind === 'problem')) read.add(id)
    else dismiss(id)
  }

  /** While the buyer is at the messages none goes; then each has its whole time again. */
  function keep(on: boolean): void {
    kept = on
    for (const [id, timer] of timers) {
      if (on) clearTimeout(timer)
      else time(id)
    }
  }

  /** The buyer does something else. */
  function goOn(): void {
    if (read.size > 0) set(toasts.value.filter((t) => !read.has(t.id)))
  }

  function dismiss(id: number): void {
    set(toasts.value.filter((t) => t.id !== id))
  }

  function set(now: Toast[]): void {
    const ids = new Set(now.map((t) => t.id))
    for (const { id } of toasts.value) {
      if (ids.has(id)) continue
      clearTimeout(timers.get(id))
      timers.delete(id)
      read.delete(id)
    }
    toasts.value = now
  }

  return { toasts, show, ask, dismiss, keep, goOn }
})
