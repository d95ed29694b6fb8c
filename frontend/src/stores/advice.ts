import { defineStore } from 'pinia'
import { watch } from 'vue'
import type { SeatRef } from '@/seatmap/model'
import type { Party } from '@/seatmap/party'
import { useChoosing } from './choosing'
import { useHold } from './hold'
import { useLive } from './live'
import { useToasts, type ToastAction } from './toasts'

/** A second press within this time, ms, is one too many and no answer. */
const TWICE = 400

/**
 * What we say before a choice that the buyer or others may regret, each with a way that is one click away. Nothing of it is a
 * refusal: the same seat chosen again takes it as it is.
 */
export const useAdvice = defineStore('advice', () => {
  const live = useLive()
  const hold = useHold()
  const toasts = useToasts()
  const choosing = useChoosing()

  let open: { id: number; ref: SeatRef; at: number; anyway: () => void } | null = null

  const take = (seats: readonly SeatRef[]) => () => void choosing.take(seats)

  watch(
    () => toasts.toasts,
    (now) => {
      if (!open || now.some((t) => t.id === open?.id)) return
      open = null
      choosing.proposed = null // it is shown as long as its message stands
    },
    { flush: 'sync' },
  )

  function say(ref: SeatRef, key: string, about: readonly SeatRef[], n: number, actions: ToastAction[], anyway: () => void): number {
    const id = toasts.ask({ kind: 'info', key, values: { n }, seats: about, actions })
    open = { id, ref, at: Date.now(), anyway }
    return id
  }

  /** The seat that a question is open about was chosen again, which answers it; any other choice ends it. */
  function answered(ref: SeatRef): boolean {
    if (!open) return false
    const { id, at, anyway } = open
    const same = open.ref.seat.id === ref.seat.id
    if (same && Date.now() - at < TWICE) return true
    toasts.dismiss(id)
    if (same) anyway()
    return same
  }

  /** Fewer are free together here than wished. */
  function tooFew(ref: SeatRef, party: Party): void {
    const n = party.seats.length
    const near = choosing.nearest([ref], choosing.party)
    const actions: ToastAction[] = near ? [{ name: 'main', key: 'advice.instead', seats: near.seats, run: take(near.seats) }] : []
    actions.push({ name: 'other', key: 'advice.takeHere', values: { n }, run: take(party.seats) })
    say(ref, 'advice.tooFew', [], n, actions, take(party.seats))
    choosing.proposed = near?.seats ?? party.seats
  }

  /** The party would leave a seat alone; false where nothing better is near, so that there is nothing to say. */
  function orphan(ref: SeatRef, party: Party): boolean {
    const better = choosing.calmer(party)
    if (!better) return false
    const n = party.seats.length
    const actions: ToastAction[] = [
      { name: 'main', key: 'advice.instead', seats: better, run: take(better) },
      { name: 'other', key: 'advice.anyway', values: { n }, run: take(party.seats) },
    ]
    say(ref, 'advice.orphan', party.orphans, party.orphans.length, actions, take(party.seats))
    choosing.proposed = better
    return true
  }

  /**
   * One seat after the other is taken at once, for the next may be the one that would be left alone. Until it is, the buyer is told
   * and may move by a seat.
   */
  function afterOne(ref: SeatRef, party: Party): void {
    const better = party.orphans.length > 0 && choosing.calmer(party)
    if (!better) return
    const actions: ToastAction[] = [
      { name: 'main', key: 'advice.instead', seats: better, run: () => void choosing.move([ref], better) },
      { name: 'other', key: 'advice.keep', run: () => undefined },
    ]
    const id = say(ref, 'advice.orphan', party.orphans, party.orphans.length, actions, () => undefined)
    choosing.proposed = better
    const stop = watch([() => hold.marks, () => live.version, () => toasts.toasts], () => {
      const stands = open?.id === id
      if (stands && hold.marks.has(ref.seat.id) && party.orphans.every(choosing.isFree)) return
      stop()
      if (stands) toasts.dismiss(id)
    })
  }

  return { answered, tooFew, orphan, afterOne }
})
