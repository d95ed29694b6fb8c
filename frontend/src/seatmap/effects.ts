import { set, svg } from './svg'

/** Most pulses at once: more would be noise. */
const MOST_PULSES = 24
const MOST_PREVIEWS = 60
/** What the buyer should look at is flashed when it comes into sight within this time, ms: the map may be on its way to it. */
const LATE = 2_000

interface Spot {
  x: number
  y: number
}

/** What lies above the seats: the rings of pointer and keyboard, and short pulses where something happened. */
export class Effects {
  private readonly pointer: SVGCircleElement
  private readonly keyboard: SVGCircleElement
  private readonly pulses: SVGGElement
  private readonly previews: SVGGElement
  /** Seats are seen. */
  private seen = false
  /** What was last to be flashed, and until when that is worth it, ms. */
  private flashed: { spots: readonly Spot[]; until: number } = { spots: [], until: 0 }

  constructor(
    parent: SVGElement,
    private readonly pitch: number,
  ) {
    const group = svg('g', { class: 'effects' }, parent)
    this.previews = svg('g', { class: 'previews' }, group)
    this.pulses = svg('g', { class: 'pulses' }, group)
    this.pointer = svg('circle', { class: 'ring hidden' }, group)
    this.keyboard = svg('circle', { class: 'ring focus hidden' }, group)
  }

  hover(at: Spot | null, pitch = this.pitch): void {
    place(this.pointer, at, pitch * 0.53)
  }

  focus(at: Spot | null, pitch = this.pitch): void {
    place(this.keyboard, at, pitch * 0.6)
  }

  preview(spots: readonly Spot[]): void {
    this.previews.replaceChildren(...spots.slice(0, MOST_PREVIEWS).map(({ x, y }) => svg('circle', { class: 'preview', cx: x, cy: y, r: this.pitch * 0.5 })))
  }

  /** Rings keep their width on screen. */
  scale(k: number): void {
    set(this.pointer, { 'stroke-width': 2 / k })
    set(this.keyboard, { 'stroke-width': 2.5 / k })
  }

  /** Other buyers did something here. */
  pulse(spots: readonly Spot[]): void {
    for (const { x, y } of spots) this.show('pulse', x, y)
  }

  /** For the buyer's own eye. Without spots: what was flashed has been seen. */
  flash(spots: readonly Spot[]): void {
    if (spots.length === 0) for (const before of this.pulses.querySelectorAll('.flash')) before.remove()
    this.flashed = { spots, until: performance.now() + LATE }
    if (this.seen) this.again()
  }

  /** Whether single seats are seen: where they are not nothing is told of them, nor later what was meanwhile. */
  see(seen: boolean): void {
    if (seen === this.seen) return
    this.seen = seen
    this.pulses.replaceChildren()
    if (seen && performance.now() < this.flashed.until) this.again()
  }

  private again(): void {
    for (const { x, y } of this.flashed.spots) this.show('flash', x, y)
  }

  private show(name: string, x: number, y: number): void {
    if (!this.seen || this.pulses.childElementCount >= MOST_PULSES) return
    const circle = svg('circle', { class: name, cx: x, cy: y, r: this.pitch * 0.44 }, this.pulses)
    circle.style.setProperty('--from', `${this.pitch * 0.4}px`)
    circle.style.setProperty('--to', `${this.pitch * 0.88}px`)
    const done = () => {
      circle.remove()
    }
    circle.addEventListener('animationend', done)
    circle.addEventListener('animationcancel', done)
  }
}

function place(ring: SVGCircleElement, at: Spot | null, r: number): void {
  ring.classList.toggle('hidden', at === null)
  if (at) set(ring, { cx: at.x, cy: at.y, r })
}
