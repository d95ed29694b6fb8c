import { useI18n } from 'vue-i18n'
import { useFormat, useSeatName } from '@/composables/useFormat'
import type { Category } from '@/protocol/shapes'
import type { SeatRef, ZoneModel } from '@/seatmap/model'
import type { Known } from '@/seatmap/paint'
import { useLive } from '@/stores/live'
import { useZoneWords } from './useZoneWords'

/** What there is to say about a seat, for those who see it and those who hear it. */
export function useSeatWords() {
  const { t } = useI18n()
  const { money } = useFormat()
  const names = useSeatName()
  const live = useLive()
  const zones = useZoneWords()

  function category({ zone, index }: SeatRef): Category | undefined {
    return live.plan?.categories[zone.categories[index] ?? 0]
  }

  /** What kind of place it is; empty for an ordinary seat. */
  function kind({ seat }: SeatRef): string {
    if (seat.accessible) return t('seat.accessible')
    return seat.companion ? t('seat.companion') : ''
  }

  /** Everything in one breath; `alone`: without the zone, where it is clear from the surroundings. */
  function say(ref: SeatRef, look: Known, alone = false): string {
    const name = alone ? names.short(ref.seat) : names.full(ref.zone.label, ref.seat)
    const of = category(ref)
    return [name, kind(ref), of?.name, of && money.value(of.price), t(`look.${look}`)].filter(Boolean).join(', ')
  }

  /** A zone in one breath: name, prices, what is left. */
  function sayZone(zone: ZoneModel): string {
    return [zone.label, zone.kind === 'general' ? t('seat.shortPlace') : '', zones.priceRange(zone), zones.countLeft(zone)].filter(Boolean).join(', ')
  }

  return { category, kind, say, sayZone }
}
