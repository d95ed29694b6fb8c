import { select } from 'd3-selection'
import 'd3-transition'
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomBehavior } from 'd3-zoom'
import type { Box } from '@/protocol/shapes'
import { clamped, type Size, type View } from './viewport'

export interface GestureOptions {
  content: () => Box
  size: () => Size
  onMove: (view: View) => void
  /** The gesture paused. */
  onPause: () => void
}

/** Wheel, drag and pinch on a surface become a view; so do jumps that the page asks for. */
export class Gestures {
  private readonly behaviour: ZoomBehavior<HTMLElement, unknown>

  constructor(
    private readonly surface: HTMLElement,
    options: GestureOptions,
  ) {
    this.behaviour = zoom<HTMLElement, unknown>()
      .clickDistance(6)
      .constrain((t) => {
        const view = clamped({ x: t.x, y: t.y, k: t.k }, options.content(), options.size())
        return view.x === t.x && view.y === t.y ? t : zoomIdentity.translate(view.x, view.y).scale(t.k)
      })
      .extent(() => [[0, 0], [options.size().width, options.size().height]])
      .on('zoom', (event: D3ZoomEvent<HTMLElement, unknown>) => {
        options.onMove({ x: event.transform.x, y: event.transform.y, k: event.transform.k })
      })
      .on('end', () => {
        options.onPause()
      })
    // A double click would zoom where a buyer only chose two seats quickly.
    select(surface).call(this.behaviour).on('dblclick.zoom', null)
  }

  scales(least: number, most: number): void {
    this.behaviour.scaleExtent([least, most])
  }

  /** Ends a glide where it is. */
  stop(): void {
    select(this.surface).interrupt()
  }

  /** Goes to a view, gliding for so many ms. */
  go(view: View, glide: number): void {
    const target = zoomIdentity.translate(view.x, view.y).scale(view.k)
    const surface = select(this.surface)
    if (glide > 0) surface.transition().duration(glide).call(this.behaviour.transform, target)
    else surface.call(this.behaviour.transform, target)
  }

  zoomBy(factor: number, glide: number): void {
    const surface = select(this.surface)
    if (glide > 0) surface.transition().duration(glide).call(this.behaviour.scaleBy, factor)
    else surface.call(this.behaviour.scaleBy, factor)
  }

  destroy(): void {
    select(this.surface).interrupt().on('.zoom', null)
  }
}
