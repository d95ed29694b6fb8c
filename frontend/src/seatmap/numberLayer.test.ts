import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { smallHouse } from '@/testing/plan'
import { contrast } from './ink'
import { buildPlan } from './model'
import { NumberLayer } from './numberLayer'
import { Sheets } from './sheets'

/** Enough for text of any size (WCAG 2, AA). */
const LEAST = 4.5

function numbers(colour = '#8b5cf6', k = 3, change: (seats: { number: string }[]) => void = () => undefined) {
  const { event, zones } = smallHouse(2, 3)
  for (const c of event.categories) c.color = colour
  change(zones[0]?.seats ?? [])
  const root = document.createElement('div')
  const plan = buildPlan(event, zones)
  const layer = new NumberLayer(plan, root, new Sheets(), () => 'available')
  for (const pieces = layer.aim(plan.zone.get('A')?.index?.seats ?? [], k); pieces.next().done !== true; );
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

  it('because it is left out where it would be too small, or longer than its seat', () => {
    expect(numbers('#8b5cf6', 2)).toHaveLength(0)
    expect(numbers('#8b5cf6', 3, ([first]) => first && (first.number = '12345'))).toHaveLength(5)
    expect(numbers('#8b5cf6', 6, ([first]) => first && (first.number = '12345'))).toHaveLength(6)
  })
})
