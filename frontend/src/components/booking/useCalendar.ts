import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { addressOf } from '@/api/origin'
import { useFormat } from '@/composables/useFormat'
import type { Booking, EventInfo } from '@/protocol/shapes'
import { calendarFile, calendarName, dayAt } from './calendar'

/** The alarm, hours before the beginning: time to be on the way. */
const ALARM = 2

/** Writes a booking into a file for calendars. */
export function useCalendar() {
  const { t } = useI18n()
  const { time } = useFormat()
  const router = useRouter()

  /** `seats` by their names. */
  function save(booking: Booking, event: EventInfo, seats: string[]): void {
    const doors = event.doors_at ? [t('events.doors', { time: time.value(event.doors_at, event.time_zone) })] : []
    // Without the key: calendars are shared, and kept on servers of others.
    const page = new URL(addressOf(router.resolve({ name: 'booking', params: { id: booking.id } }).href), location.href)
    const file = calendarFile({
      uid: `${booking.id}@${page.hostname}`,
      sequence: booking.cancelled?.length ?? 0,
      now: Date.now(),
      start: event.starts_at,
      end: event.ends_at,
      timeZone: event.time_zone,
      title: event.title,
      place: event.venue,
      text: [`${t('booking.reference')}: ${booking.reference}`, ...seats, ...doors].join('\n'),
      url: page.href,
      alarm: { hours: ALARM, text: t('booking.alarm', { title: event.title, n: ALARM }) },
    })
    const address = URL.createObjectURL(new Blob([file], { type: 'text/calendar;charset=utf-8' }))
    const anchor = document.createElement('a')
    anchor.href = address
    anchor.download = calendarName(event.title, dayAt(event.time_zone, event.starts_at))
    anchor.click()
    setTimeout(() => {
      URL.revokeObjectURL(address) // the browser reads it after the click
    }, 60_000)
  }

  return { save }
}
