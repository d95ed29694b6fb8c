import type { Box, Point } from '@/protocol/shapes'

/** Smallest box around all boxes; null for none. */
export function union(boxes: readonly Box[]): Box | null {
  let left = Infinity
  let top = Infinity
  let right = -Infinity
  let bottom = -Infinity
  for (const b of boxes) {
    left = Math.min(left, b.x)
    top = Math.min(top, b.y)
    right = Math.max(right, b.x + b.width)
    bottom = Math.max(bottom, b.y + b.height)
  }
  return right < left ? null : { x: left, y: top, width: right - left, height: bottom - top }
}

export function boxOf(points: readonly Point[]): Box | null {
  return union(points.map(([x, y]) => ({ x, y, width: 0, height: 0 })))
}

export function grow(box: Box, by: number): Box {
  return { x: box.x - by, y: box.y - by, width: box.width + 2 * by, height: box.height + 2 * by }
}

/** The second box lies wholly within the first. */
export function covers(outer: Box, box: Box): boolean {
  return box.x >= outer.x && box.y >= outer.y && box.x + box.width <= outer.x + outer.width && box.y + box.height <= outer.y + outer.height
}

export function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/** Path data of a closed polygon. */
export function polygonPath(points: readonly Point[]): string {
  return points.length === 0 ? '' : `M${points.map(([x, y]) => `${round(x)} ${round(y)}`).join('L')}Z`
}

/** Whether a point lies inside a polygon (even-odd rule). */
export function inside(points: readonly Point[], x: number, y: number): boolean {
  let odd = false
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const a = points[i]
    const b = points[j]
    if (!a || !b) continue
    if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) odd = !odd
  }
  return odd
}

/** Area of a polygon. */
export function areaOf(points: readonly Point[]): number {
  let twice = 0
  points.forEach(([x, y], i) => {
    const [nx, ny] = points[(i + 1) % points.length] ?? [x, y]
    twice += x * ny - nx * y
  })
  return Math.abs(twice) / 2
}

/** Distance from a point to a box; 0 within. */
export function boxDistance(box: Box, x: number, y: number): number {
  return Math.hypot(Math.max(box.x - x, 0, x - box.x - box.width), Math.max(box.y - y, 0, y - box.y - box.height))
}

/** Text is about so many times as wide as high: room beside it counts so much less than room above it. */
const TEXT_ASPECT = 2.4

/**
 * A place for a label well inside a polygon: the best of a grid, refined around the winner. Of places with much the same room
 * the one nearest the middle wins. Curved zones have their centroid outside themselves, so that will not do.
 */
export function labelPoint(polygon: readonly Point[]): { x: number; y: number } {
  const spot = roomiest(polygon.map(([x, y]): Point => [x, y * TEXT_ASPECT]))
  return { x: spot.x, y: spot.y / TEXT_ASPECT }
}

function roomiest(points: readonly Point[]): { x: number; y: number } {
  const box = boxOf(points)
  if (!box) return { x: 0, y: 0 }
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  let best = { ...middle, room: -Infinity }
  let cell = Math.max(box.width, box.height) / 16 || 1
  let area = box
  for (let round = 0; round < 3; round++) {
    for (let x = area.x; x <= area.x + area.width; x += cell) {
      for (let y = area.y; y <= area.y + area.height; y += cell) {
        const room = (inside(points, x, y) ? 1 : -1) * edgeDistance(points, x, y) - 0.12 * Math.hypot(x - middle.x, y - middle.y)
        if (room > best.room) best = { x, y, room }
      }
    }
    area = { x: best.x - cell, y: best.y - cell, width: 2 * cell, height: 2 * cell }
    cell /= 4
  }
  return best
}

/** Whether a box lies wholly in a polygon: its corners and points along its sides do. */
export function contains(points: readonly Point[], box: Box): boolean {
  for (let i = 0; i <= 4; i++) {
    const x = box.x + (box.width * i) / 4
    if (!inside(points, x, box.y) || !inside(points, x, box.y + box.height)) return false
  }
  return true
}

function edgeDistance(points: readonly Point[], x: number, y: number): number {
  let least = Infinity
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const a = points[i]
    const b = points[j]
    if (a && b) least = Math.min(least, segmentDistance(a, b, x, y))
  }
  return least
}

function segmentDistance(a: Point, b: Point, x: number, y: number): number {
  const dx = b[0] - a[0]
  const dy = b[1] - a[1]
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - a[0]) * dx + (y - a[1]) * dy) / length))
  return Math.hypot(x - a[0] - t * dx, y - a[1] - t * dy)
}

/** Two decimals are below a hundredth of a seat; longer numbers only make paths longer. */
export function round(n: number): number {
  return Math.round(n * 100) / 100
}

/** How much of a box is in another, in the direction of which less is. */
export function share(of: Box, within: Box): number {
  const part = (from: number, size: number, start: number, whole: number) => Math.max(0, Math.min(from + size, start + whole) - Math.max(from, start)) / Math.max(whole, 1e-6)
  return Math.min(part(within.x, within.width, of.x, of.width), part(within.y, within.height, of.y, of.height))
}
