import type { Box } from '@/protocol/shapes'

/** Screen = plan * k + (x, y); screen in CSS px from the map's corner, plan in plan units. */
export interface View {
  x: number
  y: number
  k: number
}

export interface Size {
  width: number
  height: number
}

export function planToScreen(view: View, x: number, y: number): { x: number; y: number } {
  return { x: x * view.k + view.x, y: y * view.k + view.y }
}

export function screenToPlan(view: View, x: number, y: number): { x: number; y: number } {
  return { x: (x - view.x) / view.k, y: (y - view.y) / view.k }
}

/** The part of the plan that the screen shows. */
export function visible(view: View, size: Size): Box {
  const corner = screenToPlan(view, 0, 0)
  return { x: corner.x, y: corner.y, width: size.width / view.k, height: size.height / view.k }
}

/** What the page puts over the edges of the map, px. */
export interface Insets {
  top: number
  right: number
  bottom: number
  left: number
}

/** The whole box in the middle of what the insets leave free. */
export function fit(box: Box, size: Size, insets: Insets, maxScale = Infinity): View {
  const width = Math.max(1, size.width - insets.left - insets.right)
  const height = Math.max(1, size.height - insets.top - insets.bottom)
  const k = Math.min(maxScale, width / Math.max(box.width, 1e-6), height / Math.max(box.height, 1e-6))
  const x = insets.left + width / 2
  const y = insets.top + height / 2
  return { x: x - (box.x + box.width / 2) * k, y: y - (box.y + box.height / 2) * k, k }
}

/** A point of the plan in the middle of the screen. */
export function centred(x: number, y: number, k: number, size: Size): View {
  return { x: size.width / 2 - x * k, y: size.height / 2 - y * k, k }
}

/** The nearest view whose middle still shows the content: one can reach every edge, and never gets lost. */
export function clamped(view: View, content: Box, size: Size): View {
  const middle = screenToPlan(view, size.width / 2, size.height / 2)
  const x = Math.max(content.x, Math.min(content.x + content.width, middle.x))
  const y = Math.max(content.y, Math.min(content.y + content.height, middle.y))
  return x === middle.x && y === middle.y ? view : centred(x, y, view.k, size)
}

/** What to put on a layer drawn for `settled` so that it shows `now`. */
export function transformBetween(settled: View, now: View): { x: number; y: number; scale: number } {
  const scale = now.k / settled.k
  return { x: now.x - settled.x * scale, y: now.y - settled.y * scale, scale }
}

export function cssTransform(settled: View, now: View): string {
  const t = transformBetween(settled, now)
  return t.scale === 1 && t.x === 0 && t.y === 0 ? 'none' : `translate(${t.x}px, ${t.y}px) scale(${t.scale})`
}

/** How much is drawn of a zone. */
export type Level = 'outline' | 'paths' | 'seats' | 'numbers'

/** Distance of neighbouring seats on screen, px, from which a level is drawn. */
export const LEVEL_FROM = { paths: 4, seats: 16, numbers: 24 } as const

export function levelOf(pitchOnScreen: number): Level {
  if (pitchOnScreen < LEVEL_FROM.paths) return 'outline'
  if (pitchOnScreen < LEVEL_FROM.seats) return 'paths'
  return pitchOnScreen < LEVEL_FROM.numbers ? 'seats' : 'numbers'
}
