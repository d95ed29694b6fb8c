import { computed, watch } from 'vue'
import { ApiError } from '@/api/http'
import { useSeatName } from '@/composables/useFormat'
import type { HeldSeat, Money } from '@/protocol/shapes'
import { useCheckout } from '@/stores/checkout'
import { useHold } from '@/stores/hold'
import { useLive } from '@/stores/live'
import type { Tell } from './app'
import type { RefuseDetail, SeatDetail } from './types'

const STATES = ['available', 'held', 'booked', 'blocked'] as const

type Named = Pick<HeldSeat, 'zone' | 'seat'> & { price: Money | null }

/** Puts seats into words for the host page. */
export function useSeatDetails() {
  const live = useLive()
  const names = useSeatName()

  function name(zone: string, seat: string): string {
    const model = live.plan?.zone.get(zone)
    const ref = live.plan?.seat.get(seat)
    if (!ref && model?.kind !== 'general') return seat
    return names.full(model?.label ?? zone, ref?.seat ?? null)
  }

  /** The seats of a zone may not be loaded yet, and their names come with them. */
  async function load(seats: readonly { zone: string; seat: string }[]): Promise<void> {
    const unknown = seats.filter((s) => !live.plan?.seat.get(s.seat) && live.plan?.zone.get(s.zone)?.kind === 'seats')
    if (unknown.length > 0) await live.load([...new Set(unknown.map((s) => s.zone))])
  }

  async function details(seats: readonly Named[]): Promise<SeatDetail[]> {
    await load(seats)
    return seats.map(({ zone, seat, price }) => ({ zone, seat, name: name(zone, seat), price }))
  }

  return { name, load, details }
}

/** Tells the host page what becomes of the buyer's wishes; in the order in which it happened. */
export function useTelling(tell: Tell): void {
  const live = useLive()
  const hold = useHold()
  const checkout = useCheckout()
  const { name, load, details } = useSeatDetails()
  let queue = Promise.resolve()

  function inTurn(act: (event: string) => Promise<void>): void {
    const event = live.event?.id
    if (event === undefined) return // closed: what is forgotten with it is no news
    queue = queue.then(() => act(event))
  }

  /** What the buyer sees as chosen: the hold, with the wishes on their way taken as granted. */
  const chosen = computed<Named[]>(() => {
    const held = new Set(hold.seats.map((s) => s.seat))
    const wished = [...hold.adding].filter((id) => !held.has(id))
    return [...hold.seats, ...wished.map(wish)]
  })

  function wish(id: string): Named {
    const ref = live.plan?.seat.get(id)
    const category = ref && live.plan?.categories[ref.zone.categories[ref.index] ?? 0]
    return { zone: ref?.zone.id ?? '', seat: id, price: category?.price ?? null }
  }

  const keys = (seats: readonly { seat: string }[]) => seats.map((s) => s.seat).sort().join(' ')

  watch(
    () => keys(chosen.value),
    () => {
      const seats = chosen.value
      inTurn(async (event) => {
        tell('select', { event, seats: await details(seats) })
      })
    },
  )

  watch(
    () => (hold.hold ? `${hold.hold.expires_at} ${keys(hold.hold.seats)}` : ''),
    () => {
      const now = hold.hold
      inTurn(async (event) => {
        const seats = await details(now?.seats ?? [])
        const currency = now?.seats[0]?.price.currency
        const total = now && currency ? { amount: now.seats.reduce((sum, s) => sum + s.price.amount, 0), currency } : null
        tell('hold', { event, seats, total, expiresAt: now?.expires_at ?? null })
      })
    },
  )

  watch(
    () => hold.ended,
    (reason) => {
      if (!reason) return
      const lapsed = hold.lapsed?.seats ?? []
      inTurn(async (event) => {
        tell('expire', { event, seats: await details(lapsed), reason })
      })
    },
  )

  function refuse(code: string, inTheWay: readonly { zone: string; seat: string; state: number }[]): void {
    inTurn(async (event) => {
      await load(inTheWay)
      const seats: RefuseDetail['seats'] = inTheWay.map(({ zone, seat, state }) => ({ zone, seat, name: name(zone, seat), state: STATES[state] ?? 'blocked' }))
      tell('refuse', { event, code, seats })
    })
  }

  watch(
    () => hold.refusal,
    (refusal) => {
      if (refusal) refuse(refusal.code, refusal.seats)
    },
  )
  checkout.$onAction(({ name: action, onError }) => {
    if (action !== 'book' && action !== 'resume') return
    onError((cause) => {
      if (cause instanceof ApiError) refuse(cause.code, cause.seats)
    })
  })
}
