import type { Area, Point } from '@/protocol/shapes'
import { boxDistance, polygonPath, round } from './geometry'
import { areaBox } from './model'
import { set, svg } from './svg'
import { LARGEST, SMALLEST, textBox, widthOf, type Room } from './text'

/** Most words of a plan that are drawn. */
export const MOST_WORDS = 120

interface Word {
  x: number
  y: number
  text: string
  size: number
  /** It may grow to be read, where so much room is around it, plan units. */
  room: { width: number; height: number } | null
  stage: boolean
}

/** The stage, walls and words of a plan. The stage takes the page's own colours so that it fits light and dark. */
export class AreaLayer {
  private readonly words: { word: Word; element: SVGTextElement }[]

  constructor(areas: readonly Area[], parent: SVGElement) {
    const group = svg('g', { class: 'areas' }, parent)
    for (const role of ['', 'stage']) {
      const d = areas.filter((a) => (a.role === 'stage') === (role === 'stage')).map(pathOf).join('')
      if (d !== '') svg('path', { class: `area ${role}`, d }, group)
    }
    const shapes = areas.flatMap((area) => {
      const box = area.shape === 'text' ? null : areaBox(area)
      return box ? [{ box, stage: area.role === 'stage' }] : []
    })
    const words = areas.flatMap(({ shape, center, text, text_size: size = 12 }): Word[] => {
      if (shape !== 'text' || !center || !text) return []
      const [x, y] = center
      const on = shapes.filter(({ box }) => boxDistance(box, x, y) === 0).sort((a, b) => a.box.width * a.box.height - b.box.width * b.box.height)[0]
      return [{ x, y, text, size, stage: on?.stage === true, room: on ? { width: on.box.width * 0.9, height: on.box.height * 0.8 } : null }]
    })
    this.words = words.slice(0, MOST_WORDS).map((word) => {
      const element = svg('text', { class: `area-text${word.stage ? ' on-stage' : ''} hidden`, x: round(word.x), y: round(word.y) }, group)
      element.textContent = word.text
      return { word, element }
    })
  }

  /** Sizes the words for k px per plan unit; those that could not be read, or would touch others, are hidden. */
  settle(k: number, room: Room): void {
    for (const { word, element } of this.words) {
      let px = Math.min(LARGEST, word.size * k)
      if (px < SMALLEST && word.room && word.room.height * k >= SMALLEST && word.room.width * k >= widthOf(word.text) * SMALLEST * 1.15) px = SMALLEST
      const shown = px >= SMALLEST && room.take(textBox(word.x, word.y, word.text, (px * 1.1) / k))
      element.classList.toggle('hidden', !shown)
      if (shown) set(element, { 'font-size': round(px / k) })
    }
  }
}

function pathOf({ shape, points, center, radius, rotation = 0 }: Area): string {
  if (shape === 'polygon') return polygonPath(leftward(points ?? []))
  if (shape !== 'ellipse' || !center || !radius) return '' // a shape of a later version: better nothing than a wrong one
  const [rx, ry] = radius
  const turn = (rotation * Math.PI) / 180
  const [dx, dy] = [round(rx * Math.cos(turn)), round(rx * Math.sin(turn))]
  const arc = `a${round(rx)} ${round(ry)} ${round(rotation)} 1 0`
  return `M${round(center[0] - dx)} ${round(center[1] - dy)}${arc} ${2 * dx} ${2 * dy}${arc} ${-2 * dx} ${-2 * dy}z`
}

/** All go around the same way, as ellipses do: where two of one path overlap, there is no hole. */
function leftward(points: readonly Point[]): readonly Point[] {
  let twice = 0
  points.forEach(([x, y], i) => {
    const [nx, ny] = points[(i + 1) % points.length] ?? [x, y]
    twice += x * ny - nx * y
  })
  return twice > 0 ? [...points].reverse() : points
}
