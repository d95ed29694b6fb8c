import { onScopeDispose, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useAnnounce } from '@/composables/useAnnounce'
import { useConnection } from '@/stores/connection'
import { useLive } from '@/stores/live'
import { useHoldNews } from './useHoldNews'
import { useOthersNews } from './useOthersNews'

/** A connection that is back within this time, ms, was never missed. */
const BLINK = 1_500

/** What those who hear the page are told while they choose, beside the messages that are shown. */
export function useEventNews(): void {
  const { t } = useI18n()
  const { announce } = useAnnounce()
  const live = useLive()
  const connection = useConnection()
  let lost = false
  let timer: ReturnType<typeof setTimeout> | undefined

  useHoldNews()
  useOthersNews()

  watch(
    () => connection.state,
    (now) => {
      clearTimeout(timer)
      if (now === 'closed') announce(t('connection.detail.closed'), true)
      if (now === 'reconnecting' && !lost) {
        timer = setTimeout(() => {
          lost = true
          announce(t('connection.detail.reconnecting'))
        }, BLINK)
      }
      if (now === 'live' && lost) {
        lost = false
        announce(t('news.back'))
      }
    },
  )

  // When the event opens nothing has changed yet.
  watch(
    () => (live.event ? live.phase : null),
    (now, before) => {
      if (!now || !before) return
      announce(now === 'on_sale' || now === 'upcoming' ? t(`phase.${now}`) : `${t(`phase.${now}`)}. ${t(`phaseText.${now}`)}`)
    },
  )

  onScopeDispose(() => {
    clearTimeout(timer)
  })
}
