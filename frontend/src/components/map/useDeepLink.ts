import { watch, type ShallowRef } from 'vue'
import type { EventLink } from '@/composables/eventLink'
import type { MapView } from '@/seatmap/mapView'
import type { SeatRef } from '@/seatmap/model'
import { useLive } from '@/stores/live'

/** A link may name seats or zones: the map opens there, the seats are pulsed, and the keyboard begins at the first. */
export function useDeepLink(link: () => EventLink, view: Readonly<ShallowRef<MapView | null>>, begin: (seat: SeatRef) => void): void {
  const live = useLive()
  watch(
    [view, () => JSON.stringify(link())] as const,
    async ([map, wanted]) => {
      const { zones, seats } = JSON.parse(wanted) as EventLink
      if (!map || (zones.length === 0 && seats.length === 0)) return
      const known = zones.filter((id) => map.plan.zone.has(id))
      if (seats.length > 0) await live.load(known.length > 0 ? known : map.plan.zones.map((z) => z.id))
      if (map !== view.value || wanted !== JSON.stringify(link())) return
      const refs = seats.flatMap((id) => map.plan.seat.get(id) ?? []).filter((ref) => known.length === 0 || known.includes(ref.zone.id))
      const [first] = refs
      if (first) {
        map.camera.showSeats(refs, false)
        map.flash(refs)
        begin(first)
        return
      }
      const model = map.plan.zone.get(known[0] ?? '')
      if (model) map.camera.showZone(model, false)
    },
    { flush: 'post' },
  )
}
