import type { Pieces } from './slices'

interface PoolOptions<K, E> {
  make: () => E
  /** Makes an element show a key. */
  put: (element: E, key: K) => void
}

/** Elements that are used again and again for what is to be seen now. */
export class Pool<K, E extends Element> {
  private readonly shown = new Map<K, E>()

  constructor(private readonly options: PoolOptions<K, E>) {}

  get(key: K): E | undefined {
    return this.shown.get(key)
  }

  /** Draws a key anew, where it is shown. */
  refresh(key: K): void {
    const element = this.shown.get(key)
    if (element) this.options.put(element, key)
  }

  /** Shows exactly these, so many at a time. What is shown already stays as it is; what is no longer wanted is used for the next. */
  *aim(wanted: ReadonlySet<K>, batch = 16): Pieces {
    const spare = [...this.shown.keys()].filter((key) => !wanted.has(key))
    let done = 0
    for (const key of wanted) {
      if (this.shown.has(key)) continue
      const old = spare.pop()
      const element = (old === undefined ? undefined : this.shown.get(old)) ?? this.options.make()
      if (old !== undefined) this.shown.delete(old)
      this.options.put(element, key)
      this.shown.set(key, element)
      if (++done % batch === 0) yield undefined
    }
    for (const key of spare) {
      this.shown.get(key)?.remove()
      this.shown.delete(key)
      if (++done % (4 * batch) === 0) yield undefined
    }
  }

  /** Some keys are not shown any more. */
  drop(which: (key: K) => boolean): void {
    for (const [key, element] of this.shown) {
      if (!which(key)) continue
      element.remove()
      this.shown.delete(key)
    }
  }

  clear(): void {
    for (const element of this.shown.values()) element.remove()
    this.shown.clear()
  }
}
