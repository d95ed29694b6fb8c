import { ClassPaths } from './classPaths'
import type { Wanted } from './paint'
import { svg } from './svg'
import type { ZonePaint } from './zonePaint'

/** The seats of one zone: one path per paint class, rebuilt only for classes whose seats changed. */
export class ZonePaths {
  readonly group: SVGGElement
  private readonly paths: ClassPaths

  constructor(
    private readonly of: ZonePaint,
    wanted: Wanted | null,
    edged: readonly boolean[],
  ) {
    this.group = svg('g', { class: 'zone-seats' })
    this.paths = new ClassPaths(of.radius, this.group, wanted, edged)
    this.rebuild(new Set(of.paint))
    of.dirty.clear()
  }

  get nodes(): number {
    return this.paths.size + 1
  }

  /** Writes the paths of the classes that changed. */
  flush(): void {
    this.rebuild(this.of.dirty)
    this.of.dirty.clear()
  }

  filter(wanted: Wanted | null): void {
    this.paths.filter(wanted)
  }

  private rebuild(classes: ReadonlySet<number>): void {
    for (const paint of classes) {
      const tail = this.paths.tail(paint)
      let d = ''
      this.of.paint.forEach((p, i) => {
        if (p === paint) d += (this.of.moves[i] ?? '') + tail
      })
      this.paths.put(paint, d)
    }
  }
}
