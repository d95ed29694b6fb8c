import { computed, onScopeDispose, ref, watch, type Ref, type ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useAnnounce } from '@/composables/useAnnounce'
import type { MapView } from '@/seatmap/mapView'
import type { ZoneModel } from '@/seatmap/model'
import { spotOf, zoneOf } from '@/seatmap/steps'
import { planToScreen, type Level } from '@/seatmap/viewport'
import { useLive } from '@/stores/live'
import { useNews } from '@/stores/news'
import { useMapFocus } from './useMapFocus'
import { useMapKeys } from './useMapKeys'
import { usePicking } from './usePicking'
import { useSeatWords } from './useSeatWords'

interface Keyboard {
  surface: Readonly<ShallowRef<HTMLElement | null>>
  /** The two elements that stand for the present place. */
  stand: (at: 0 | 1) => HTMLElement | null
  view: Readonly<ShallowRef<MapView | null>>
  level: Readonly<Ref<Level>>
  moves: Readonly<Ref<number>>
  /** A zone without numbered seats was chosen. */
  general: (zone: string) => void
}

/** One and the same, so that a map without the keyboard is not rendered on its movements. */
const NOWHERE = { x: 0, y: 0 }

/** Ties the keyboard to the map and the stores: where it is, its ring, what it takes, and what is said of its place. */
export function useMapKeyboard({ surface, stand, view, level, moves, general }: Keyboard) {
  const { t } = useI18n()
  const { announce } = useAnnounce()
  const live = useLive()
  const news = useNews()
  const { pick, lookAt } = usePicking()
  const { say } = useSeatWords()
  const { place, stands, current, here, go, enter, leave } = useMapFocus(surface, stand)
  const help = ref(false)
  const { onKey, act, halt: leaveOff } = useMapKeys({
    view,
    place,
    go: (to) => void go(to),
    load: (zones) => live.load(zones),
    known,
    free: (seat) => lookAt(seat) === 'available',
    pick: (seat) => {
      if (lookAt(seat) === 'unknown') announce(t('map.asking', { zone: seat.zone.label }))
      else pick(seat)
    },
    general,
    help: () => (help.value = true),
    missing: (zone) => {
      announce(t('map.missing', { zone: zone.label }), true)
    },
    asking: (zone) => {
      announce(t('map.asking', { zone: zone.label }))
    },
  })

  /** Until the map has come to the zone nobody else watches it; who goes to another waits for that. */
  let unwatch: () => void = () => undefined
  onScopeDispose(() => {
    unwatch()
  })

  /** Leaves what a key waits for, and watches it no longer. */
  function halt(): void {
    leaveOff()
    unwatch()
    unwatch = () => undefined
  }

  function known({ id }: ZoneModel): Promise<void> {
    unwatch()
    const done = live.attend([id])
    return new Promise((resolve) => {
      const stop = watch(
        () => {
          void live.version
          return live.zones.get(id)?.known === true
        },
        (now) => {
          if (now) resolve()
        },
        { immediate: true },
      )
      unwatch = () => {
        stop()
        done()
      }
    })
  }

  const focused = computed(() => (here.value && place.value?.kind === 'seat' ? place.value.seat : null))
  const zone = computed(() => (here.value && place.value?.kind === 'zone' ? place.value.zone : null))
  /** Where the place is on the surface, px. */
  const at = computed(() => {
    const camera = view.value?.camera
    if (!camera || !place.value) return NOWHERE
    void moves.value
    return planToScreen(camera.view, ...spotOf(place.value))
  })

  // Who comes back finds the place in view, wherever the map was moved meanwhile.
  watch(here, (now) => {
    const camera = view.value?.camera
    if (!now || !camera || !place.value) return
    const { x, y } = at.value
    if (x < 0 || y < 0 || x > camera.size.width || y > camera.size.height) camera.centre(...spotOf(place.value))
  })
  watch(focused, (seat) => view.value?.focus(seat))
  watch(zone, (now) => view.value?.focusZone(now))
  watch(
    () => (here.value && place.value ? zoneOf(place.value).id : null),
    (id) => {
      if (id !== null) news.zone = id
    },
  )
  // So far away single seats cannot be told apart any more.
  watch(level, (now) => {
    const was = place.value
    if (now === 'outline' && was?.kind === 'seat') void go({ kind: 'zone', zone: was.seat.zone })
  })
  // A seat that goes, or comes free, while the keyboard is on it: the buyer's own changes are told elsewhere.
  watch(
    () => {
      void live.version
      return focused.value && { seat: focused.value, look: lookAt(focused.value) }
    },
    (now, before) => {
      if (!now || now.seat !== before?.seat || now.look === before.look || now.look === 'mine' || before.look === 'mine') return
      announce(say(now.seat, now.look))
    },
  )

  return { place, stands, current, here, focused, at, help, onKey, act, halt, go, enter, leave }
}
