import { watch, type ShallowRef } from 'vue'
import type { MapView } from '@/seatmap/mapView'
import type { SeatRef } from '@/seatmap/model'
import { useLive } from '@/stores/live'

interface Link {
  zone?: string
  seat?: string
}

/** A link may name a seat or a zone: the map opens there, and the keyboard begins at the seat. */
export function useDeepLink(link: () => Link, view: Readonly<ShallowRef<MapView | null>>, begin: (seat: SeatRef) => void): void {
  const live = useLive()
  watch(
    [view, () => link().zone, () => link().seat],
    async ([map, zone, seat]) => {
      if (!map) return
      if (zone !== undefined && seat !== undefined) await live.load([zone])
      if (map !== view.value || zone !== link().zone || seat !== link().seat) return
      const ref = seat === undefined ? undefined : map.plan.seat.get(seat)
      if (ref && (zone === undefined || ref.zone.id === zone)) {
        map.camera.showSeat(ref, false)
        begin(ref)
        return
      }
      const model = zone === undefined ? undefined : map.plan.zone.get(zone)
      if (model) map.camera.showZone(model, false)
    },
    { flush: 'post' },
  )
}
