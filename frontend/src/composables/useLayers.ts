import { inject, onScopeDispose, provide, watch, type InjectionKey, type Ref } from 'vue'
import type { Router } from 'vue-router'

/** Something that lies over the page: a sheet, a dialog. */
interface Layer {
  name: string
  close: () => void
  /** Where it was opened. */
  path?: string
}

export interface Layers {
  open: (layer: Layer) => void
  /** It is closed, or gone with its page; nothing happens when Back has closed it. */
  drop: (layer: Layer) => void
  /** A layer of this name can be opened again, by Forward or after a reload. */
  restore: (name: string, open: () => void) => () => void
}

const KEY: InjectionKey<Layers> = Symbol('layers')

/** The names of the layers that an entry of the browser's history was made for. */
function namesIn(state: unknown): string[] {
  const names: unknown = typeof state === 'object' && state !== null && 'layers' in state ? state.layers : null
  return Array.isArray(names) ? names.filter((n): n is string => typeof n === 'string') : []
}

/**
 * On a phone Back closes what lies over the page before it leaves the page: each layer is an entry of the history. An entry whose layer
 * cannot be opened again is stepped over, so that no press of Back does nothing.
 */
export function createLayers(router: Router, wanted: () => boolean): Layers {
  const stack: Layer[] = []
  const restorers = new Map<string, () => void>()
  /** The history is being brought to the stack: what it tells meanwhile is of our own doing. */
  let settling = false
  const here = () => router.currentRoute.value

  /** Brings the history to the stack. What is closed and opened in one breath is one change: its entry is used again. */
  async function settle(): Promise<void> {
    if (settling) return
    settling = true
    try {
      // A step that was refused is not asked for again.
      for (let before = null as string | null; ; ) {
        await Promise.resolve()
        const names = stack.map((l) => l.name)
        const standing = namesIn(history.state)
        const difference = `${names.join()} ${standing.join()}`
        if (names.join() === standing.join() || difference === before) return
        before = difference
        const { path, query, hash } = here()
        const entry = (layers: string[]) => ({ path, query, hash, state: { layers }, force: true })
        if (standing.length > names.length) await back(standing.length - names.length)
        else if (standing.length === names.length) await router.replace(entry(names))
        else await router.push(entry(names.slice(0, standing.length + 1)))
      }
    } finally {
      settling = false
    }
  }

  function back(entries: number): Promise<void> {
    return new Promise((resolve) => {
      const off = router.afterEach(() => {
        off()
        resolve()
      })
      router.go(-entries)
    })
  }

  /** Makes the layers those of the entry that the browser stands at. */
  function follow(): void {
    if (settling) return
    const names = namesIn(history.state)
    while (stack.length > names.length) stack.pop()?.close()
    if (names.length <= stack.length) return
    const open = restorers.get(names[stack.length] ?? '')
    if (open) open()
    else router.back()
  }

  router.afterEach((to, from) => {
    if (to.path === from.path && from.matched.length > 0) follow()
    else setTimeout(follow) // the page's layers say then what they can do
  })
  void router.isReady().then(() => setTimeout(follow)) // the first page may have been there before

  function open(layer: Layer): void {
    layer.path = here().path
    // Opened again by its own entry it needs no other one.
    if (namesIn(history.state)[stack.length] !== layer.name && !wanted()) return
    stack.push(layer)
    void settle()
  }

  function drop(layer: Layer): void {
    const at = stack.indexOf(layer)
    if (at < 0) return
    stack.splice(at, 1)
    // Gone with its page: the entry is behind us, and opens it again when the buyer comes back.
    if (here().path === layer.path) void settle()
  }

  function restore(name: string, again: () => void): () => void {
    restorers.set(name, again)
    return () => {
      if (restorers.get(name) === again) restorers.delete(name)
    }
  }

  return { open, drop, restore }
}

export function provideLayers(layers: Layers): void {
  provide(KEY, layers)
}

/**
 * While `open` is true Back closes this layer. Where nobody provides layers, in another's page for instance, the history is left alone.
 * `again`: it can be opened from nothing.
 */
export function useLayer(name: string, open: Readonly<Ref<boolean>>, close: () => void, again?: () => void): void {
  const layers = inject(KEY, null)
  if (!layers) return
  let layer: Layer | null = null
  const leave = () => {
    if (layer) layers.drop(layer)
    layer = null
  }
  watch(
    open,
    (is) => {
      if (!is) leave()
      else if (!layer) {
        layer = { name, close }
        layers.open(layer)
      }
    },
    { immediate: true, flush: 'sync' },
  )
  const forget = again ? layers.restore(name, again) : undefined
  onScopeDispose(() => {
    forget?.()
    leave()
  })
}
