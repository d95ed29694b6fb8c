import { linkTo, type EventLink } from '@/composables/eventLink'
import { share } from '@/composables/share'
import { useHold } from '@/stores/hold'
import { useLive } from '@/stores/live'
import { useToasts } from '@/stores/toasts'

/** Hands on what the buyer looks at: the own seats, else the zone that the map is at (null: at the whole house), else the event. */
export function useSharing(place: () => string | null) {
  const live = useLive()
  const hold = useHold()
  const toasts = useToasts()

  function link(): EventLink {
    // A place without a number is no place to be led to.
    const seats = hold.seats.filter((s) => live.plan?.zone.get(s.zone)?.kind === 'seats')
    if (seats.length > 0) return { zones: [...new Set(seats.map((s) => s.zone))], seats: seats.map((s) => s.seat) }
    const zone = place()
    return { zones: zone === null ? [] : [zone], seats: [] }
  }

  async function shareIt(): Promise<void> {
    if (!live.event) return
    const to = link()
    const how = await share(live.event.title, location.origin + linkTo(live.event.id, to))
    if (how === 'copied') toasts.show('good', 'share.copied', { n: to.seats.length > 0 ? 2 : to.zones.length })
    else if (how === 'refused') toasts.show('problem', 'share.refused')
  }

  return { shareIt }
}
