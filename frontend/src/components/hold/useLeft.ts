import { computed, type ComputedRef } from 'vue'
import { AVAILABLE } from '@/protocol/zoneState'
import { useChoosing } from '@/stores/choosing'
import { useLive } from '@/stores/live'

interface Left {
  /** By category; without those of which not all is known, for half a count would be a wrong one. */
  category: ReadonlyMap<number, number>
  /** Seats and places that the filter leaves, null: not known. */
  wanted: number | null
}

/** What is left to be had now. */
export function useLeft(): ComputedRef<Left> {
  const live = useLive()
  const choosing = useChoosing()
  return computed(() => {
    void live.counts
    void live.loads
    const n = live.plan?.categories.length ?? 0
    const all = new Float64Array(n)
    const special = new Float64Array(n)
    const sells = new Set<number>()
    const unknown = new Set<number>()
    for (const zone of live.plan?.zones ?? []) {
      for (const { category } of zone.offers) sells.add(category)
      const state = live.zones.get(zone.id)
      if (!state || !live.current(zone.id) || !zone.loaded) {
        for (const { category } of zone.offers) unknown.add(category)
      } else if (zone.kind === 'general') all[zone.category] = (all[zone.category] ?? 0) + (state.available ?? 0)
      else {
        const { categories, seats } = zone
        for (let i = 0; i < categories.length; i++) {
          if (state.states[i] !== AVAILABLE) continue
          const category = categories[i] ?? 0
          all[category] = (all[category] ?? 0) + 1
          const seat = seats[i]
          if (seat?.accessible || seat?.companion) special[category] = (special[category] ?? 0) + 1
        }
      }
    }
    const counts = choosing.filter.accessible ? special : all
    const some = [...sells].filter((c) => choosing.categories?.has(c) ?? true)
    const wanted = some.some((c) => unknown.has(c)) ? null : some.reduce((sum, c) => sum + (counts[c] ?? 0), 0)
    return { category: new Map([...sells].filter((c) => !unknown.has(c)).map((c) => [c, all[c] ?? 0])), wanted }
  })
}
