import type { Mark } from '@/seatmap/paint'
import { buildPlan, type ZoneModel } from '@/seatmap/model'
import { Picture } from '@/seatmap/picture'
import { SeatLayer } from '@/seatmap/seatLayer'
import { Slices } from '@/seatmap/slices'
import type { Level } from '@/seatmap/viewport'
import { smallHouse } from './plan'

const NO_MARKS = new Map<string, Mark>()

/** The seats of a small house, drawn into a page of their own. */
export function rig(rows = 2, columns = 3) {
  const { event, zones } = smallHouse(rows, columns)
  const plan = buildPlan(event, zones)
  const root = document.createElement('div')
  const slices = new Slices()
  const layer = new SeatLayer(plan, new Picture(root), slices, () => undefined)
  const zone = plan.zone.get('A') as ZoneModel
  const rest = () => {
    layer.flush()
    while (slices.busy) slices.run(1_000)
  }
  const show = (level: Level, k = 1, view = plan.content) => {
    layer.settle(level, k, view)
    rest()
  }
  const update = (...states: number[]) => layer.update(zone, Uint8Array.from({ length: zone.capacity }, (_, i) => states[i] ?? 0), NO_MARKS)
  const all = (selector: string) => [...root.querySelectorAll(selector)]
  const seatsIn = (selector: string) => all(selector).reduce((n, p) => n + (p.getAttribute('d')?.match(/M/g)?.length ?? 0), 0)
  return { plan, layer, slices, zone, show, rest, update, all, seatsIn }
}
