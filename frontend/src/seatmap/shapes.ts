import { round } from './geometry'
import { ACCESSIBLE, COMPANION, type Look, type Seating } from './paint'

/**
 * How a seat looks, by more than colour. The outline says what kind of place it is: a disc, a square for a wheelchair, a triangle
 * for a companion. What is in it says its state: full is free, hollow held by another, a large disc with a tick mine, a diamond
 * with a tick booked by me. What is sold is a small dot, what is not sold a cross.
 */
export interface Shape {
  /** Width of the stroke by which a zero-length sub-path with round caps is all of it; 0: `rel` is needed. */
  dot: number
  /** Path data that follows a move to the seat's middle, with its holes by the even-odd rule, and ends there. */
  rel: string
}

type Corner = readonly [number, number]

/** The shape of a seat with so large a radius, plan units. */
export function shapeOf(look: Look, seating: Seating, r: number): Shape {
  switch (look) {
    case 'available':
      if (seating === ACCESSIBLE) return filled(square(r * 1.06) + wheelchair(r * 1.12))
      if (seating === COMPANION) return filled(triangle(r))
      return { dot: round(2 * r), rel: disc(r) }
    case 'held':
      if (seating === ACCESSIBLE) return filled(square(r * 1.06) + square(r * 0.68))
      if (seating === COMPANION) return filled(triangle(r) + triangle(r * 0.5))
      return filled(disc(r) + disc(r * 0.64))
    case 'booked':
      return { dot: round(r), rel: disc(r * 0.5) }
    case 'blocked':
      return filled(cross(r * 0.6, r * 0.15))
    case 'mine':
      return filled(disc(r * 1.18) + tick(r * 0.62, r * 0.17))
    case 'owned':
      return filled(polygon([[0, -r * 1.36], [r * 1.36, 0], [0, r * 1.36], [-r * 1.36, 0]]) + tick(r * 0.5, r * 0.16))
  }
}

function filled(rel: string): Shape {
  return { dot: 0, rel }
}

/** All begin and end in the middle of the seat. */
function disc(r: number, x = 0, y = 0): string {
  const a = round(r)
  const [left, top] = [round(x - r), round(y)]
  return `m${left} ${top}a${a} ${a} 0 1 0 ${round(2 * a)} 0a${a} ${a} 0 1 0 ${round(-2 * a)} 0zm${-left} ${-top}`
}

function polygon(corners: readonly Corner[]): string {
  let d = ''
  let [px, py] = [0, 0]
  corners.forEach(([cx, cy], i) => {
    const [x, y] = [round(cx), round(cy)]
    d += `${i === 0 ? 'm' : 'l'}${round(x - px)} ${round(y - py)}`
    px = x
    py = y
  })
  const [fx, fy] = corners[0] ?? [0, 0]
  return `${d}zm${round(-round(fx))} ${round(-round(fy))}`
}

function square(a: number): string {
  const c = a * 0.22
  const corners: Corner[] = []
  for (const [sx, sy] of [[1, -1], [1, 1], [-1, 1], [-1, -1]] as const) {
    const [first, second]: [Corner, Corner] = [[sx * (a - c), sy * a], [sx * a, sy * (a - c)]]
    corners.push(...(sx * sy < 0 ? [first, second] : [second, first]))
  }
  return polygon(corners)
}

function triangle(r: number): string {
  return polygon([[0, -r * 1.12], [r * 1.14, r * 0.88], [-r * 1.14, r * 0.88]])
}

function cross(arm: number, half: number): string {
  const corners: Corner[] = []
  const turn = ([x, y]: Corner): Corner => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2]
  const long = arm * Math.SQRT2
  for (const [dx, dy] of [[1, 0], [0, 1], [-1, 0], [0, -1]] as const) {
    corners.push([long * dx + half * dy, long * dy - half * dx], [long * dx - half * dy, long * dy + half * dx], [half * (dx - dy), half * (dx + dy)])
  }
  return polygon(corners.map(turn))
}

function tick(size: number, half: number): string {
  return polygon(thick([[-size, 0.06 * size], [-0.28 * size, 0.76 * size], [0.98 * size, -0.66 * size]], half))
}

/** A person in a wheelchair: head, back and legs, wheel. */
function wheelchair(r: number): string {
  const n = (corners: Corner[]): Corner[] => corners.map(([x, y]) => [x * r, y * r])
  const wheel: Corner[] = []
  for (let step = 0; step <= 8; step++) {
    const angle = (0.27 + (step / 8) * 0.98) * Math.PI // from below the seat backwards and up
    wheel.push([-0.1 + 0.37 * Math.cos(angle), 0.3 + 0.37 * Math.sin(angle)])
  }
  return (
    disc(0.14 * r, -0.1 * r, -0.62 * r) + polygon(thick(n([[-0.1, -0.4], [-0.1, 0.02], [0.3, 0.02], [0.52, 0.52]]), 0.085 * r)) + polygon(thick(n(wheel), 0.075 * r))
  )
}

/** The outline of a line that is so thick on either side, with mitred corners. */
function thick(line: readonly Corner[], half: number): Corner[] {
  const normals = line.slice(1).map(([x, y], i): Corner => {
    const [px, py] = line[i] ?? [x, y]
    const length = Math.hypot(x - px, y - py) || 1
    return [(y - py) / length, (px - x) / length]
  })
  const side = (sign: number) =>
    line.map(([x, y], i): Corner => {
      const a = normals[i - 1] ?? normals[i] ?? [0, 0]
      const b = normals[i] ?? a
      const [mx, my] = [a[0] + b[0], a[1] + b[1]]
      const reach = (2 * half * sign) / Math.max(0.5, mx * mx + my * my)
      return [x + mx * reach, y + my * reach]
    })
  return [...side(1), ...side(-1).reverse()]
}
