import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { smallHouse } from '@/testing/plan'
import { contrast } from './ink'
import { buildPlan } from './model'
import { svg } from './svg'
import { TextLayer } from './textLayer'

const WHOLE = { x: 0, y: 0, width: 100, height: 100 }
/** Enough for text of any size (WCAG 2, AA). */
const LEAST = 4.5

function numbers(colour = '#8b5cf6', category: number | null = null) {
  const { event, zones } = smallHouse(2, 3)
  for (const c of event.categories) c.color = colour
  const root = svg('svg')
  const layer = new TextLayer(buildPlan(event, zones), root, () => 'available')
  layer.filter(category === null ? null : (of) => of === category)
  layer.showNumbers(WHOLE)
  return [...root.querySelectorAll('.numbers text')]
}

/** The inks as the page has them. */
const css = readFileSync(join(import.meta.dirname, '../styles/map.css'), 'utf8')
const inkOf = (text: Element | undefined) => {
  const selector = text?.classList.contains('dark') ? /\.numbers text\.dark \{\s*fill: (#\w+)/ : /\.numbers text \{\s*fill: (#\w+)/
  return selector.exec(css)?.[1] ?? ''
}

describe('the number of a seat can be read', () => {
  const grid = ['00', '33', '66', '99', 'cc', 'ff']
  const all = grid.flatMap((r) => grid.flatMap((g) => grid.map((b) => `#${r}${g}${b}`)))

  it.each(['#8b5cf6', '#e8476a', '#2f80ed', '#14a38b', '#f2994a'])("on the demonstration's %s", (colour) => {
    expect(contrast(inkOf(numbers(colour)[0]), colour)).toBeGreaterThanOrEqual(LEAST)
  })

  it('on any other colour', () => {
    expect(all.filter((colour) => contrast(inkOf(numbers(colour)[0]), colour) < LEAST)).toEqual([])
  })
})

describe('numbers', () => {
  it('are left out where a chosen category dims the seats', () => {
    expect(numbers()).toHaveLength(6)
    expect(numbers('#8b5cf6', 0)).toHaveLength(3)
  })
})
