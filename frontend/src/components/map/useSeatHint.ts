import { useI18n } from 'vue-i18n'
import { useSeatName } from '@/composables/useFormat'
import type { SeatRef } from '@/seatmap/model'
import type { Known } from '@/seatmap/paint'
import { useChoosing } from '@/stores/choosing'
import { usePicking } from './usePicking'

/** What a choice of a seat would do, or why it does nothing: for the tip beside it, and for those who hear it. */
export function useSeatHint() {
  const { t } = useI18n()
  const names = useSeatName()
  const choosing = useChoosing()
  const picking = usePicking()

  function why(ref: SeatRef, look: Known): string {
    const reason = picking.why(ref, look)
    if (reason !== '') return t(`why.${reason}`)
    return ref.seat.companion ? t('why.companion') : ''
  }

  /** What would be taken, when it is more than this seat, or fewer than wished. */
  function party(ref: SeatRef, look: Known): string {
    if (look !== 'available' || choosing.party === 1 || picking.why(ref, look) !== '') return ''
    const seats = choosing.partyOf(ref)?.seats ?? []
    const n = seats.length
    return n < choosing.party ? t('why.few', { n }, n) : t('why.takes', { n, seats: names.several(seats, true) })
  }

  return { why, party }
}
