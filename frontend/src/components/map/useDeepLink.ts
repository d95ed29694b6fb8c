import { watch, type ShallowRef } from 'vue'
import { fetchPlaces } from '@/api/events'
import { ApiError } from '@/api/http'
import type { EventLink } from '@/composables/eventLink'
import type { MapView } from '@/seatmap/mapView'
import type { PlanModel, SeatRef } from '@/seatmap/model'
import { SMALL_HOUSE } from '@/stores/events'
import { useLive } from '@/stores/live'
import { useToasts } from '@/stores/toasts'

/** A link that names more is nobody's own: the rest is not looked for. */
const MOST = 50

/** A link may name seats or zones: the map opens there, the seats are pulsed, and the keyboard begins at the first. */
export function useDeepLink(link: () => EventLink, view: Readonly<ShallowRef<MapView | null>>, begin: (seat: SeatRef) => void): void {
  const live = useLive()
  const toasts = useToasts()

  /** Where seats are that a link names without their zone. The server knows; else a small house is searched whole. Null: nobody can say now. */
  async function zonesOf(plan: PlanModel, seats: readonly string[]): Promise<string[] | null> {
    try {
      return [...new Set((await fetchPlaces(live.event?.id ?? '', seats)).map((place) => place.zone))]
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause
      return plan.seats <= SMALL_HOUSE ? plan.zones.map((zone) => zone.id) : null
    }
  }

  watch(
    [view, () => JSON.stringify(link())] as const,
    async ([map, wanted]) => {
      const { zones, seats: named } = JSON.parse(wanted) as EventLink
      const seats = named.slice(0, MOST)
      if (!map || (zones.length === 0 && seats.length === 0)) return
      const known = zones.filter((id) => map.plan.zone.has(id))
      const there = () => map === view.value && wanted === JSON.stringify(link())
      let sure = true
      if (seats.length > 0) {
        const among = known.length > 0 ? known : await zonesOf(map.plan, seats)
        if (!there()) return
        sure = among !== null && (await live.load(among))
        if (!there()) return
      }
      const refs = seats.flatMap((id) => map.plan.seat.get(id) ?? []).filter((ref) => known.length === 0 || known.includes(ref.zone.id))
      if (refs.length < seats.length) toasts.show('problem', sure ? 'share.gone' : 'share.unfound', { n: seats.length - refs.length })
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
