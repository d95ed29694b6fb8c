import type { ShallowRef } from 'vue'
import type { MapView } from '@/seatmap/mapView'
import type { SeatRef } from '@/seatmap/model'
import type { Direction } from '@/seatmap/seatIndex'

const ARROWS: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }

interface Keys {
  view: Readonly<ShallowRef<MapView | null>>
  focused: ShallowRef<SeatRef | null>
  pick: (seat: SeatRef) => boolean
}

/** The map by keyboard: arrows to the next seat, Home and End in the row, Enter takes, plus, minus and 0 zoom. */
export function useMapKeys({ view, focused, pick }: Keys): (event: KeyboardEvent) => void {
  return (event) => {
    const map = view.value
    if (!map || event.ctrlKey || event.metaKey || event.altKey) return
    const from = focused.value
    const arrow = ARROWS[event.key]
    if (arrow) {
      const to = from ? map.plan.index.next(from, arrow) : map.middleSeat()
      if (to) {
        focused.value = to
        map.camera.reveal(to)
      }
    } else if (event.key === 'Home' || event.key === 'End') {
      const to = from && endOfRow(from, event.key === 'Home')
      if (to) {
        focused.value = to
        map.camera.reveal(to)
      }
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (from) pick(from)
      else focused.value = map.middleSeat()
    } else if (event.key === '+' || event.key === '=') map.camera.zoomBy(1.6)
    else if (event.key === '-') map.camera.zoomBy(1 / 1.6)
    else if (event.key === '0') map.camera.fit()
    else if (event.key === 'Escape' && from) focused.value = null
    else return
    event.preventDefault()
  }
}

function endOfRow(from: SeatRef, first: boolean): SeatRef | null {
  const seats = from.zone.seats
  const index = first ? seats.findIndex((s) => s.row === from.seat.row) : seats.findLastIndex((s) => s.row === from.seat.row)
  const seat = seats[index]
  return seat ? { zone: from.zone, index, seat } : null
}
