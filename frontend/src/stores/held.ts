import { shallowRef } from 'vue'
import { fetchHold } from '@/api/holds'
import type { HoldCause, HoldNotice, Push } from '@/protocol/messages'
import type { Hold } from '@/protocol/shapes'
import { useConnection } from './connection'
import { useEnding } from './ending'
import { without } from './marks'
import { useSession } from './session'
import { useToasts } from './toasts'

/** A notice of our own change may come after the answer to the next one: wait this long for the last of them, ms. */
const SETTLE = 250
/** How often the server is asked when other words come between, each time newer than the question. */
const MOST_ASKED = 3

/** What the server says that the buyer holds in an event, by answers, notices and when asked; of several words the newest. */
export function useHeld(event: () => string, removing: () => ReadonlySet<string>) {
  const connection = useConnection()
  const session = useSession()
  const toasts = useToasts()
  const ending = useEnding(event)
  const hold = shallowRef<Hold | null>(null)
  /** Counts events and buyers: what was asked before says nothing of what is shown now. */
  let turn = 0
  /** Counts what the server said of the hold. */
  let takes = 0
  let ownUntil = 0
  let late: { notice: HoldNotice; takes: number } | null = null
  let settling: ReturnType<typeof setTimeout> | undefined

  function forget(): void {
    turn++
    dropLate()
    ownUntil = 0
    hold.value = null
    ending.clear()
  }

  /** Tells later whether we are still there. */
  function here(): () => boolean {
    const mine = turn
    const id = event()
    return () => mine === turn && id === event()
  }

  function hear(message: Push): void {
    if (message.type !== 'hold' || message.event !== event()) return
    dropLate()
    if (message.cause !== 'changed' || Date.now() >= ownUntil) {
      take(message.hold, message.cause)
      return
    }
    late = { notice: message, takes }
    waitForLater()
  }

  function dropLate(): void {
    clearTimeout(settling)
    late = null
  }

  function waitForLater(): void {
    clearTimeout(settling)
    settling = setTimeout(() => {
      if (!late) return
      const { notice, takes: before } = late
      late = null
      // An answer came after it, and either may be the newer one.
      if (before === takes) take(notice.hold, notice.cause)
      else if (JSON.stringify(notice.hold) !== JSON.stringify(hold.value)) void refresh()
    }, ownUntil - Date.now())
  }

  /** Without a cause: what it is, not why. */
  function take(next: Hold | null, cause?: HoldCause | 'wished'): void {
    const before = without(hold.value, [...removing()])
    takes++
    hold.value = next
    if (next) ending.clear()
    if (cause === 'lost') {
      if (next) toasts.show('problem', 'toast.lost')
      else ending.say('lost', null)
    } else if (!next && before && cause !== 'booked' && cause !== 'wished') {
      if (cause === 'expired') ending.say('expired', before)
      else void ending.explain(before)
    }
  }

  /** Takes the answer to a wish of ours. */
  function settle(next: Hold | null): void {
    ownUntil = Date.now() + SETTLE
    if (late) waitForLater()
    take(next, 'wished')
  }

  /** Asks the server what we hold. */
  async function refresh(): Promise<void> {
    const stay = here()
    const id = event()
    if (id === '') return
    try {
      for (let asked = 0; asked < MOST_ASKED; asked++) {
        const before = takes
        const sent = Date.now()
        const answer = await session.asBuyer((token) => fetchHold(id, token))
        connection.clock.sample(answer.now, sent, Date.now())
        if (!stay()) return
        if (before !== takes) continue // the answer may be older than what was said meanwhile
        take(answer.hold)
        return
      }
    } catch {
      // The socket's own words follow after auth; what is shown stays until then.
    }
  }

  return { hold, ending, here, hear, settle, refresh, forget }
}
