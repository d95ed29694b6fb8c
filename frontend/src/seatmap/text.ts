import type { Box } from '@/protocol/shapes'

/** Sizes of text on screen, px: smaller cannot be read, larger hides the house. */
export const SMALLEST = 9
export const LARGEST = 16

/** Width of an average letter in em; Hangul is wider. Measuring text would force a layout. */
const LETTER = 0.64
const NARROW = 0.4
const HANGUL = 0.96

/** Width of a text in em. */
export function widthOf(text: string): number {
  let em = 0
  for (const letter of text) em += (letter.codePointAt(0) ?? 0) > 0x10ff ? HANGUL : ' .,:;|il’\''.includes(letter) ? NARROW : LETTER
  return em
}

/** The box of a line of text around its middle. */
export function textBox(x: number, y: number, text: string, em: number): Box {
  const width = widthOf(text) * em
  return { x: x - width / 2, y: y - em * 0.6, width, height: em * 1.2 }
}

/** Places that are taken, in squares, so that a new one is compared with its surroundings only. */
export class Room {
  private readonly squares = new Map<string, Box[]>()

  /** `side` of a square: about as large as what is placed. */
  constructor(private readonly side: number) {}

  /** Takes a place, unless a part of it is taken. */
  take(box: Box): boolean {
    if (!this.free(box)) return false
    for (const key of this.keys(box)) {
      const square = this.squares.get(key)
      if (square) square.push(box)
      else this.squares.set(key, [box])
    }
    return true
  }

  free(box: Box): boolean {
    for (const key of this.keys(box)) {
      for (const other of this.squares.get(key) ?? []) {
        if (box.x < other.x + other.width && other.x < box.x + box.width && box.y < other.y + other.height && other.y < box.y + box.height) return false
      }
    }
    return true
  }

  private *keys(box: Box): Generator<string> {
    const { side } = this
    for (let x = Math.floor(box.x / side); x <= (box.x + box.width) / side; x++) {
      for (let y = Math.floor(box.y / side); y <= (box.y + box.height) / side; y++) yield `${x},${y}`
    }
  }
}
