import type { Area } from '@/protocol/shapes'
import { polygonPath } from './geometry'
import { svg } from './svg'

/** The stage, walls and words of a plan. The stage takes the page's own colours so that it fits light and dark. */
export function drawAreas(areas: readonly Area[], parent: SVGElement): void {
  const group = svg('g', { class: 'areas', 'aria-hidden': 'true' }, parent)
  for (const area of areas) {
    const element = shape(area)
    if (!element) continue
    element.classList.add(area.shape === 'text' ? 'area-text' : 'area')
    if (area.role === 'stage') element.classList.add('stage')
    if (area.rotation && area.center) element.setAttribute('transform', `rotate(${area.rotation} ${area.center[0]} ${area.center[1]})`)
    group.append(element)
  }
}

function shape(area: Area): SVGElement | null {
  const [x, y] = area.center ?? [0, 0]
  switch (area.shape) {
    case 'polygon':
      return svg('path', { d: polygonPath(area.points ?? []) })
    case 'ellipse':
      return svg('ellipse', { cx: x, cy: y, rx: area.radius?.[0] ?? 0, ry: area.radius?.[1] ?? 0 })
    case 'text': {
      const text = svg('text', { x, y, 'font-size': area.text_size ?? 12 })
      text.textContent = area.text ?? ''
      return text
    }
    default:
      return null // a shape of a later version: better nothing than a wrong one
  }
}
