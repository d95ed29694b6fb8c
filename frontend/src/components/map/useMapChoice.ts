import { computed, watch, type ShallowRef, type Ref } from 'vue'
import type { MapView } from '@/seatmap/mapView'
import type { SeatRef } from '@/seatmap/model'
import { useChoosing } from '@/stores/choosing'
import { useHold } from '@/stores/hold'
import { useLive } from '@/stores/live'

const NOTHING: readonly SeatRef[] = []

/** Shows on the map what is being chosen: what the filter leaves, what a click would take, what is proposed, what went or came back. */
export function useMapChoice(view: Readonly<ShallowRef<MapView | null>>, pointed: Readonly<Ref<SeatRef | null>>): void {
  const live = useLive()
  const choosing = useChoosing()
  const hold = useHold()

  const preview = computed<readonly SeatRef[] | null>(() => {
    const seat = pointed.value
    const alone = !seat || choosing.party <= 1 || !choosing.selling || choosing.room <= 0
    if (alone) return choosing.proposed ?? NOTHING
    void live.version
    const party = choosing.isFree(seat) ? (choosing.partyOf(seat)?.seats ?? NOTHING) : NOTHING
    // What is proposed stays in sight; instead of a party that does not fit it is shown alone.
    if (choosing.proposed) return party.length < choosing.party ? choosing.proposed : [...choosing.proposed, ...party]
    return party
  })

  watch([view, preview], ([map, seats]) => {
    map?.preview(seats)
  })
  watch(
    [view, () => choosing.wanted],
    ([map, wanted]) => {
      map?.filter(wanted)
    },
    { immediate: true },
  )
  watch(
    () => choosing.flashes,
    (seats) => {
      view.value?.flash(seats)
    },
  )
  // Whoever takes a seat has seen what was flashed, and its frames would keep waiting what is done now.
  watch(
    () => hold.adding,
    (now, before) => {
      if (now.size > before.size) view.value?.flash(NOTHING)
    },
  )
  watch(
    () => choosing.sights,
    (seats) => {
      const middle = seats[seats.length >> 1]
      if (middle) view.value?.camera.reveal(middle)
    },
  )
}
