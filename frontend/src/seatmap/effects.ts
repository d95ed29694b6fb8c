import { set, svg } from './svg'

/** Most pulses at once: more would be noise. */
const MOST_PULSES = 40

/** What lies above the seats: the rings of pointer and keyboard, and short pulses where another buyer chose. */
export class Effects {
  private readonly pointer: SVGCircleElement
  private readonly keyboard: SVGCircleElement
  private readonly pulses: SVGGElement
  private readonly previews: SVGGElement
  private running = 0

  constructor(
    parent: SVGElement,
    private readonly radius: number,
  ) {
    this.previews = svg('g', { class: 'previews' }, parent)
    this.pulses = svg('g', { class: 'pulses' }, parent)
    this.pointer = svg('circle', { class: 'ring hidden', r: radius * 1.35 }, parent)
    this.keyboard = svg('circle', { class: 'ring focus hidden', r: radius * 1.5 }, parent)
  }

  hover(at: { x: number; y: number } | null): void {
    place(this.pointer, at)
  }

  focus(at: { x: number; y: number } | null): void {
    place(this.keyboard, at)
  }

  /** Rings keep their width on screen. */
  scale(k: number): void {
    set(this.pointer, { 'stroke-width': 2 / k })
    set(this.keyboard, { 'stroke-width': 2.5 / k })
  }

  preview(spots: readonly { x: number; y: number }[]): void {
    this.previews.replaceChildren(...spots.slice(0, MOST_PULSES).map(({ x, y }) => svg('circle', { class: 'preview', cx: x, cy: y, r: this.radius * 1.25 })))
  }

  pulse(x: number, y: number): void {
    this.show('pulse', x, y)
  }

  flash(x: number, y: number): void {
    this.show('flash', x, y)
  }

  private show(name: string, x: number, y: number): void {
    if (this.running >= MOST_PULSES) return
    this.running++
    const circle = svg('circle', { class: name, cx: x, cy: y, r: this.radius * 1.1 }, this.pulses)
    const done = () => {
      if (!circle.isConnected) return
      circle.remove()
      this.running--
    }
    circle.addEventListener('animationend', done)
    circle.addEventListener('animationcancel', done)
  }
}

function place(ring: SVGCircleElement, at: { x: number; y: number } | null): void {
  ring.classList.toggle('hidden', at === null)
  if (at) set(ring, { cx: at.x, cy: at.y })
}
