import { onBeforeUnmount, onMounted, ref, shallowRef, watch, type ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useFormat } from '@/composables/useFormat'
import { useMedia } from '@/composables/useMedia'
import { useRoom } from '@/composables/useRoom'
import { MapView } from '@/seatmap/mapView'
import type { ZoneModel } from '@/seatmap/model'
import type { Level } from '@/seatmap/viewport'
import type { ColourBy } from '@/seatmap/zoneLayer'
import { useHold } from '@/stores/hold'
import { useLive } from '@/stores/live'
import { useZoneWords } from './useZoneWords'

/** Ties the drawn map to the stores: what changes there is drawn here, once per frame. */
export function useMapView(surface: Readonly<ShallowRef<HTMLElement | null>>, ground: Readonly<ShallowRef<HTMLElement | null>>) {
  const { locale } = useI18n()
  const live = useLive()
  const hold = useHold()
  const still = useMedia('(prefers-reduced-motion: reduce)')
  const { phone } = useRoom()
  const view = shallowRef<MapView | null>(null)
  const level = ref<Level>('seats')
  /** Grows on every movement: what floats above the map follows it. */
  const moves = ref(0)
  let observer: ResizeObserver | null = null
  let unlisten: (() => void) | null = null
  let untold: ReturnType<typeof setTimeout> | undefined
  let looking: ReturnType<typeof setTimeout> | undefined

  const colour = ref<ColourBy>('price')
  const { priceRange, fromPrice, countLeft } = useZoneWords()
  const { number } = useFormat()

  /** On a zone: its name, and what it costs or what is left, as the colours tell. */
  function words(zone: ZoneModel): { name: string; more: string[] } {
    const left = live.left.get(zone.id)
    const counted = colour.value === 'left' || left?.available === 0
    const more = counted ? [countLeft(zone), left && left.available > 0 ? number.value(left.available) : ''] : [priceRange(zone), priceRange(zone, true), fromPrice(zone)]
    return { name: zone.label, more: [...new Set(more)].filter((text) => text !== '') }
  }

  onMounted(() => {
    const element = surface.value
    const below = ground.value
    const plan = live.plan
    if (!element || !below || !plan) return
    const map = new MapView({ surface: element, ground: below }, plan, {
      words,
      insets: () => (phone.value ? { top: 60, right: 10, bottom: 68, left: 10 } : { top: 20, right: 72, bottom: 64, left: 20 }),
      still: () => still.value,
      onMove: () => {
        moves.value++
      },
      onSettle: () => {
        level.value = map.level
        moves.value++
        // A task of its own: the map has just drawn.
        clearTimeout(looking)
        looking = setTimeout(() => {
          live.look(map.level === 'outline' ? [] : map.zonesInView().map((z) => z.id))
        })
      },
    })
    view.value = map
    map.resize({ width: element.clientWidth, height: element.clientHeight })
    observer = new ResizeObserver(() => {
      map.resize({ width: element.clientWidth, height: element.clientHeight })
    })
    observer.observe(element)
    unlisten = live.onZone((zone, touched) => {
      draw(zone, touched)
    })
    for (const zone of plan.zones) draw(zone.id, null)
    map.setLeft(live.left)
  })

  onBeforeUnmount(() => {
    observer?.disconnect()
    unlisten?.()
    clearTimeout(looking)
    clearTimeout(untold)
    view.value?.destroy()
    view.value = null
  })

  /** Draws a zone; the seats that a frame touched are no longer as we were told. */
  function draw(id: string, touched: readonly number[] | null): void {
    const zone = live.plan?.zone.get(id)
    const known = live.zones.get(id)
    if (!zone || !known || !view.value || zone.kind === 'general') return
    if (!zone.loaded || !known.known || !live.watched(id)) {
      view.value.close(zone)
      return
    }
    for (const index of touched ?? []) {
      const seat = zone.seats[index]
      if (seat) hold.told.forget(seat.id)
    }
    view.value.update(zone, hold.told.size > 0 ? toldStates(zone, known.states) : known.states, hold.marks, touched !== null)
    view.value.setStale(zone, !live.current(id) || live.stale.has(id))
  }

  function toldStates(zone: ZoneModel, states: Uint8Array): Uint8Array {
    const copy = states.slice()
    for (const [id, state] of hold.told.all()) {
      const seat = live.plan?.seat.get(id)
      if (seat?.zone === zone) copy[seat.index] = state
    }
    return copy
  }

  function drawAll(): void {
    for (const zone of live.plan?.zones ?? []) draw(zone.id, null)
    clearTimeout(untold)
    if (hold.told.size > 0) untold = setTimeout(drawAll, 3_200)
  }

  watch(() => hold.marks, drawAll)
  watch(() => [live.stale, live.stale.size], drawAll)
  watch(
    () => live.left,
    (left) => {
      view.value?.setLeft(left)
    },
  )
  watch(colour, (what) => view.value?.colourBy(what))
  watch(locale, () => view.value?.write())

  return { view, level, moves, colour }
}
