import { expect, it } from 'vitest'
import { arena } from '@/testing/houses'
import { AreaLayer } from './areaLayer'
import { buildPlan } from './model'
import { NameLayer } from './nameLayer'
import { svg } from './svg'

it('words of many zones are asked for one zone after the other, so that no frame waits for all', () => {
  const { event, zones } = arena(6, 4)
  const plan = buildPlan(event, zones)
  const sheet = svg('svg')
  let asked = 0
  const names = new NameLayer(plan, sheet, new AreaLayer(plan.areas, sheet), (zone) => {
    asked++
    return { name: zone.label, more: [] }
  })
  const most = (open: ReadonlySet<(typeof plan.zones)[number]>) => {
    let worst = 0
    const settling = names.settle(plan.content, 1, open)
    for (let before = asked; settling.next().done !== true; before = asked) worst = Math.max(worst, asked - before)
    return worst
  }
  expect(most(new Set())).toBe(1)
  expect(asked).toBe(24)
  expect(sheet.querySelectorAll('.zone-name')).toHaveLength(24)
})
