import { onScopeDispose, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useAnnounce } from '@/composables/useAnnounce'
import { useHold } from '@/stores/hold'
import { useLive } from '@/stores/live'
import { useNews } from '@/stores/news'

/** At most so often, ms: each seat for itself would drown everything else. */
const EVERY = 20_000

interface Count {
  zone: string
  left: number
  own: number
}

/** Says how many seats others took, or gave back, in the zone that the buyer is in. */
export function useOthersNews(): void {
  const { t } = useI18n()
  const { announce } = useAnnounce()
  const live = useLive()
  const hold = useHold()
  const news = useNews()
  let before: Count | null = null

  function count(): Count | null {
    const zone = news.zone
    const left = zone === null ? undefined : live.left.get(zone)?.available
    if (zone === null || left === undefined) return null
    const mine = [...hold.marks.keys()].filter((id) => live.plan?.seat.get(id)?.zone.id === zone || id.startsWith(`${zone}:`))
    return { zone, left, own: mine.length }
  }

  function tell(): void {
    if (hold.wishing) return // own wishes that are on their way are in one count and not in the other
    const now = count()
    const then = before
    before = now
    if (!news.others || !now || !then || now.zone !== then.zone) return
    const went = then.left - now.left - (now.own - then.own)
    const zone = live.plan?.zone.get(now.zone)?.label ?? now.zone
    if (went !== 0) announce(t(went > 0 ? 'news.went' : 'news.came', { n: Math.abs(went), zone, left: now.left }, Math.abs(went)))
  }

  const timer = setInterval(tell, EVERY)
  watch(
    () => news.zone,
    () => (before = count()),
    { immediate: true },
  )
  onScopeDispose(() => {
    clearInterval(timer)
    news.zone = null
  })
}
