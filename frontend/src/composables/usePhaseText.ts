import { useI18n } from 'vue-i18n'
import type { EventInfo, Phase } from '@/protocol/shapes'
import { useFormat } from './useFormat'

/** Why seats cannot be chosen in a phase and what comes next; empty while they can. */
export function usePhaseText() {
  const { t } = useI18n()
  const { dayAndTime } = useFormat()

  return ({ sale, time_zone: zone }: Pick<EventInfo, 'sale' | 'time_zone'>, phase: Phase): string => {
    if (phase === 'on_sale') return ''
    if (phase !== 'upcoming') return t(`phaseText.${phase}`)
    return sale.opens_at ? t('phaseText.upcoming', { date: dayAndTime.value(sale.opens_at, zone) }) : t('phaseText.upcomingSoon')
  }
}
