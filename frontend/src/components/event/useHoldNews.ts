import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useAnnounce } from '@/composables/useAnnounce'
import { useFormat, useSeatName } from '@/composables/useFormat'
import type { HeldSeat, Hold } from '@/protocol/shapes'
import { useConnection } from '@/stores/connection'
import { useHold } from '@/stores/hold'
import { useLive } from '@/stores/live'

/** Beyond this many, seats are counted and not named. */
const MOST_NAMED = 4
/** A deadline that moved by less, ms, is the same. */
const MOVED = 2_000

/** Says what became of the buyer's own hold: what was taken or given back, what is held now and for how long. */
export function useHoldNews(): void {
  const { t } = useI18n()
  const { money, span } = useFormat()
  const { announce } = useAnnounce()
  const names = useSeatName()
  const connection = useConnection()
  const live = useLive()
  const hold = useHold()

  function name({ zone, seat }: HeldSeat): string {
    const label = live.plan?.zone.get(zone)?.label ?? zone
    return names.full(label, live.plan?.seat.get(seat)?.seat ?? null)
  }

  async function list(seats: readonly HeldSeat[]): Promise<string> {
    if (seats.length > MOST_NAMED) return t('panel.count', { n: seats.length }, seats.length)
    await live.load([...new Set(seats.map((s) => s.zone))])
    return seats.map(name).join('; ')
  }

  function summary(now: Hold | null): string {
    const first = now?.seats[0]
    if (!now || !first) return t('news.none')
    const total = { amount: now.seats.reduce((sum, s) => sum + s.price.amount, 0), currency: first.price.currency }
    return t('news.sum', { seats: t('panel.count', { n: now.seats.length }, now.seats.length), total: money.value(total), time: timeLeft(now) })
  }

  function timeLeft(now: Hold): string {
    const seconds = Math.max(0, Math.ceil((Date.parse(now.expires_at) - connection.clock.now()) / 1000))
    return t('panel.spoken', { time: span.value(seconds) })
  }

  async function tell(now: Hold | null, before: Hold | null, wished: { gone: ReadonlySet<string>; any: boolean }): Promise<void> {
    const added = missing(now, before)
    const gone = missing(before, now)
    const given = gone.filter((s) => wished.gone.has(s.seat))
    const said: string[] = []
    if (added.length > 0) said.push(t(before || wished.any ? 'news.taken' : 'news.still', { seats: await list(added) }))
    if (given.length > 0) said.push(t('news.given', { seats: await list(given) }))
    // What else may have ended a hold is said by those who know why.
    if (said.length > 0 || (now && gone.length > 0)) announce([...said, summary(now)].join(' '))
    else if (now && before && Date.parse(now.expires_at) - Date.parse(before.expires_at) > MOVED) announce(t('news.extended', { time: timeLeft(now) }))
  }

  watch(
    () => hold.hold,
    (now, before) => void tell(now, before, { gone: new Set(hold.removing), any: hold.wishing }),
    { flush: 'sync' },
  )
}

/** Seats of one hold that another has not. */
function missing(of: Hold | null, from: Hold | null): HeldSeat[] {
  const there = new Set(from?.seats.map((s) => s.seat))
  return of?.seats.filter((s) => !there.has(s.seat)) ?? []
}
