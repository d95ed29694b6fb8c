import { defineStore } from 'pinia'
import { computed } from 'vue'
import { FreeSeats } from '@/seatmap/freeSeats'
import type { ZoneModel } from '@/seatmap/model'
import { useChoosing } from './choosing'
import { useLive } from './live'

/** What is left to be had, by category, as far as all of a category is known: half a count would be a wrong one. */
export const useLeft = defineStore('left', () => {
  const live = useLive()
  const choosing = useChoosing()
  /** Of zones that were counted and not seen anew since. */
  const counted = new WeakMap<ZoneModel, FreeSeats>()

  live.onZone((zone, touched) => {
    const model = live.plan?.zone.get(zone)
    if (model && touched) counted.get(model)?.changed(touched)
    else if (model) counted.delete(model)
  })

  const sums = computed(() => {
    void live.counts
    const n = live.plan?.categories.length ?? 0
    const all = new Uint32Array(n)
    const special = new Uint32Array(n)
    const sells = new Set<number>()
    const unknown = new Set<number>()
    for (const zone of live.plan?.zones ?? []) {
      for (const { category } of zone.offers) sells.add(category)
      const state = live.zones.get(zone.id)
      if (!state || !live.current(zone.id) || !zone.loaded) {
        for (const { category } of zone.offers) unknown.add(category)
        continue
      }
      if (zone.kind === 'general') {
        all[zone.category] = (all[zone.category] ?? 0) + (state.available ?? 0)
        continue
      }
      const count = counted.get(zone) ?? new FreeSeats(zone, state.states, n)
      counted.set(zone, count)
      for (let c = 0; c < n; c++) {
        all[c] = (all[c] ?? 0) + (count.all[c] ?? 0)
        special[c] = (special[c] ?? 0) + (count.special[c] ?? 0)
      }
    }
    return { all, special, sells: [...sells], unknown }
  })

  const category = computed<ReadonlyMap<number, number>>(() => {
    const { all, sells, unknown } = sums.value
    return new Map(sells.filter((c) => !unknown.has(c)).map((c) => [c, all[c] ?? 0]))
  })

  /** Seats and places that the filter leaves, null: not known. */
  const wanted = computed(() => {
    const { all, special, sells, unknown } = sums.value
    const counts = choosing.filter.accessible ? special : all
    const some = sells.filter((c) => choosing.categories?.has(c) ?? true)
    return some.some((c) => unknown.has(c)) ? null : some.reduce((sum, c) => sum + (counts[c] ?? 0), 0)
  })

  return { category, wanted }
})
