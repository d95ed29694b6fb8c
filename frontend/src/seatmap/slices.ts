/** Work that is done in pieces, so that no frame waits for all of it. */
export type Pieces = Generator<undefined>

/** Does the work of several, by name, some ms of it at a time. New work of a name replaces the old. */
export class Slices {
  private readonly work = new Map<string, Pieces>()

  constructor(private readonly now: () => number = () => performance.now()) {}

  get busy(): boolean {
    return this.work.size > 0
  }

  put(name: string, pieces: Pieces): void {
    this.work.delete(name)
    this.work.set(name, pieces)
  }

  drop(name: string): void {
    this.work.delete(name)
  }

  /** Works for so many ms, at least one piece. */
  run(most: number): void {
    const end = this.now() + most
    for (const [name, pieces] of this.work) {
      for (;;) {
        if (pieces.next().done === true) {
          if (this.work.get(name) === pieces) this.work.delete(name)
          break
        }
        if (this.now() >= end) return
      }
      if (this.now() >= end) return
    }
  }
}
