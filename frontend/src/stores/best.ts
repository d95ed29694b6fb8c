import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { fetchBest } from '@/api/best'
import { ApiError } from '@/api/http'
import type { Proposal } from '@/protocol/shapes'
import { useChoosing } from './choosing'
import { useLive } from './live'
import { useToasts } from './toasts'

/** The best seats for the party, shown before they are held. */
export const useBest = defineStore('best', () => {
  const live = useLive()
  const choosing = useChoosing()
  const toasts = useToasts()
  const proposal = shallowRef<Proposal | null>(null)
  const busy = shallowRef(false)
  /** Counts questions: only the answer to the last one is shown. */
  let turn = 0
  let skipped = 0

  const seats = computed(() => {
    void live.loads
    return choosing.refs(proposal.value?.seats.map((s) => s.seat) ?? [])
  })

  /** Asks for a proposal; `skip`: the so many-th after the best. */
  async function find(skip = 0): Promise<void> {
    const event = live.event?.id
    if (event === undefined) return
    const mine = ++turn
    busy.value = true
    try {
      const some = choosing.categories
      const categories = some ? (live.plan?.categories ?? []).flatMap((c, i) => (some.has(i) ? [c.id] : [])) : []
      if (some && categories.length === 0) throw new ApiError('seat_unavailable', 409)
      const found = await fetchBest(event, { quantity: choosing.party, categories, accessible: choosing.filter.accessible, skip })
      await live.load([...new Set(found.seats.map((s) => s.zone))])
      if (mine !== turn) return
      skipped = skip
      proposal.value = found
      choosing.proposed = choosing.sights = seats.value
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause
      if (mine !== turn) return
      drop()
      toasts.show('problem', `refused.${cause.code === 'seat_unavailable' ? 'too_few' : cause.code}`)
    } finally {
      if (mine === turn) busy.value = false
    }
  }

  /** Another one; after the last the first again. */
  async function others(): Promise<void> {
    await find(proposal.value?.more ? skipped + 1 : 0)
  }

  /** Holds what is proposed; when others were faster, proposes the next. */
  async function take(): Promise<void> {
    const chosen = seats.value
    if (chosen.length === 0) return
    busy.value = true
    const taken = await choosing.take(chosen)
    busy.value = false
    if (taken) drop()
    else if (proposal.value && choosing.room >= chosen.length) await find(0)
  }

  function drop(): void {
    turn++
    busy.value = false
    if (proposal.value) choosing.proposed = null
    proposal.value = null
    skipped = 0
  }

  // A proposal is the answer to one question.
  watch(() => [live.event?.id, choosing.wanted, choosing.party], drop)

  return { proposal, seats, busy, find, others, take, drop }
})
