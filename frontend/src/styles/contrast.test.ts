import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')
const [day = '', night = ''] = css.split('@media (prefers-color-scheme: dark)')

function tokensOf(part: string): Map<string, string> {
  return new Map([...part.matchAll(/(--[\w-]+):\s*(#[\da-f]{6});/gi)].map(([, name = '', value = '']) => [name, value]))
}

const light = tokensOf(day)
const dark = new Map([...light, ...tokensOf(night)])

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

/** Grounds that text stands on. */
const GROUNDS = ['ground', 'surface', 'sunken', 'raised']
const on = (grounds: string[], ...inks: string[]) => inks.flatMap((ink) => grounds.map((ground) => [ink, ground] as const))

const TEXT = [
  ...on(GROUNDS, 'ink', 'ink-2', 'ink-3', 'bad', 'good', 'warn'),
  ...on(['ink', 'ink-hover'], 'on-ink'),
  ...on(['thumb'], 'ink'),
  ...on(['good-ground'], 'good'),
  ...on(['warn-ground'], 'warn', 'ink'),
  ...on(['bad-ground'], 'bad', 'ink'),
  ...on(['bad'], 'surface'),
  ...on(['stage'], 'stage-text'),
  ...on(['area'], 'area-text'),
  ...on(['map-ground', 'zone-ground'], 'ink', 'ink-3'),
]

/** Graphics that mean something. Seats that cannot be had are inactive, which the rule leaves out; they differ by their shape. */
const GRAPHICS = [
  ...on([...GROUNDS, 'map-ground', 'zone-ground'], 'focus'),
  ...on(['surface', 'raised', 'sunken'], 'line-strong'),
  ...on(['map-ground', 'zone-ground'], 'seat-mine', 'seat-owned'),
  ...on(['seat-mine', 'seat-owned'], 'seat-mine-mark'),
]

describe.each([
  ['light', light],
  ['dark', dark],
])('on a %s page', (_, tokens) => {
  const of = (a: string, b: string) => {
    const [x, y] = [tokens.get(`--${a}`), tokens.get(`--${b}`)]
    if (!x || !y) throw new Error(`no colour --${x ? b : a}`)
    return contrast(x, y)
  }

  it.each(TEXT)('text of --%s can be read on --%s', (ink, ground) => {
    expect(of(ink, ground)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(GRAPHICS)('--%s can be seen on --%s', (line, ground) => {
    expect(of(line, ground)).toBeGreaterThanOrEqual(3)
  })
})

it('knows the contrasts that the rule names', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})
