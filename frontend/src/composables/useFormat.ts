import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Money, Seat } from '@/protocol/shapes'
import type { SeatRef } from '@/seatmap/model'
import { tableOf } from '@/seatmap/rows'

/**
 * What a class of Intl makes is costly, more than all else when a page opens on a phone, and the same few are wanted again and again. What
 * shows the time here is made anew where the clocks change.
 */
function kept<Options, Format>(make: (language: string, options: Options) => Format): (language: string, options: Options) => Format {
  const made = new Map<string, Format>()
  return (language, options) => {
    const key = language + new Date().getTimezoneOffset() + JSON.stringify(options)
    let format = made.get(key)
    if (format === undefined) made.set(key, (format = make(language, options)))
    return format
  }
}

const numbers = kept((language, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options))
const dates = kept((language, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options))

const MINOR = new Map<string, number>()

const inCurrency = (currency: string) => ({ style: 'currency', currency, currencyDisplay: 'narrowSymbol' }) as const

/** Minor units of a currency: KRW has none, EUR two. */
function minorDigits(currency: string, language: string): number {
  let digits = MINOR.get(currency)
  if (digits === undefined) {
    digits = numbers(language, inCurrency(currency)).resolvedOptions().maximumFractionDigits ?? 2
    MINOR.set(currency, digits)
  }
  return digits
}

/** A span of whole seconds in words: "20 seconds", "5 minutes", "1 minute 30 seconds". */
export function inWords(seconds: number, language: string): string {
  const say = (n: number, unit: 'minute' | 'second') => numbers(language, { style: 'unit', unit, unitDisplay: 'long' }).format(n)
  const minutes = Math.floor(seconds / 60)
  const rest = seconds % 60
  if (minutes === 0) return say(rest, 'second')
  return rest === 0 ? say(minutes, 'minute') : `${say(minutes, 'minute')} ${say(rest, 'second')}`
}

/** Whether clocks here show another time than in that zone, at that moment. */
function elsewhere(at: Date, timeZone: string | undefined, language: string): boolean {
  if (timeZone === undefined || Number.isNaN(at.getTime())) return false
  // Its name of the offset would say it too, but to know that a browser reads the names of all zones; as it does with the words of every
  // language that a format is made in.
  const there = dates(`${language}-u-nu-latn`, { timeZone, hourCycle: 'h23', day: 'numeric', hour: 'numeric', minute: 'numeric' }).formatToParts(at)
  const read = (type: 'day' | 'hour' | 'minute') => Number(there.find((part) => part.type === type)?.value)
  return read('day') !== at.getDate() || read('hour') !== at.getHours() || read('minute') !== at.getMinutes()
}

/** Money, numbers, spans and dates in the page's language; dates in the zone of the venue, which is named where the clocks here show another time. */
export function useFormat() {
  const { locale } = useI18n()

  function formatter(options: Intl.NumberFormatOptions): (m: Money) => string {
    const language = locale.value
    return ({ amount, currency }) => numbers(language, { ...inCurrency(currency), ...options }).format(amount / 10 ** minorDigits(currency, language))
  }

  const money = computed(() => formatter({}))
  /** In few letters, three figures of it, where there is little room: ₩220K, ₩22만. */
  const shortMoney = computed(() => formatter({ notation: 'compact', maximumSignificantDigits: 3 }))

  const number = computed(() => {
    const format = numbers(locale.value, {})
    return (n: number): string => format.format(n)
  })

  const date = computed(() => (iso: string, timeZone: string | undefined, options: Intl.DateTimeFormatOptions): string => {
    const at = new Date(iso)
    if (Number.isNaN(at.getTime())) return ''
    return dates(locale.value, { ...options, timeZone }).format(at)
  })

  const zoned = computed(() => (iso: string, timeZone: string | undefined, options: Intl.DateTimeFormatOptions) => date.value(iso, timeZone, elsewhere(new Date(iso), timeZone, locale.value) ? { ...options, timeZoneName: 'shortGeneric' } : options))
  const dayAndTime = computed(() => (iso: string, timeZone?: string) => zoned.value(iso, timeZone, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short', hour: 'numeric', minute: '2-digit' }))
  /** Where there is little room. */
  const brief = computed(() => (iso: string, timeZone?: string) => zoned.value(iso, timeZone, { month: 'short', day: 'numeric', weekday: 'short', hour: 'numeric', minute: '2-digit' }))
  const time = computed(() => (iso: string, timeZone?: string) => date.value(iso, timeZone, { hour: 'numeric', minute: '2-digit' }))

  const span = computed(() => (seconds: number) => inWords(seconds, locale.value))

  return { money, shortMoney, number, date, dayAndTime, brief, time, span }
}

/** What a seat is called, everywhere, from its zone's label and itself; `seat` is null for a place without a number. */
export function useSeatName() {
  const { t } = useI18n()

  /** What a row that brings its own word, such as "Box 3", is called: it needs no second one. Null: it brings none. */
  function worded(row: string): string | null {
    const table = tableOf(row)
    if (table !== null) return t('seat.table', { table })
    return /\s/.test(row) ? row : null
  }

  /** A row on its own; empty for seats without one. */
  function row(name: string): string {
    return name === '' ? '' : (worded(name) ?? t('list.row', { row: name }))
  }

  function short(seat: Pick<Seat, 'row' | 'number'> | null): string {
    if (!seat) return t('seat.shortPlace')
    if (seat.row === '') return t('seat.shortNoRow', { number: seat.number })
    const row = worded(seat.row)
    return t(row === null ? 'seat.short' : 'seat.shortBox', { row: row ?? seat.row, number: seat.number })
  }

  function full(zone: string, seat: Pick<Seat, 'row' | 'number'> | null): string {
    if (!seat) return t('seat.place', { zone })
    if (seat.row === '') return t('seat.noRow', { zone, number: seat.number })
    const row = worded(seat.row)
    return t(row === null ? 'seat.name' : 'seat.nameBox', { zone, row: row ?? seat.row, number: seat.number })
  }

  /** Several seats in one breath, neighbours as a span; `alone`: without the zone. */
  function several(refs: readonly SeatRef[], alone = false): string {
    const one = ({ zone, seat }: SeatRef) => (alone ? short(seat) : full(zone.label, seat))
    const first = refs[0]
    if (!first) return ''
    if (refs.length === 1) return one(first)
    if (refs.some((r) => r.zone !== first.zone || r.seat.row !== first.seat.row)) return refs.map(one).join(' · ')
    const own = worded(first.seat.row)
    const values = { zone: first.zone.label, row: own ?? first.seat.row, numbers: spanOf(refs.map((r) => r.seat.number)) }
    if (values.row === '') return t(alone ? 'seat.shortsNoRow' : 'seat.namesNoRow', values)
    if (own !== null) return t(alone ? 'seat.shortsBox' : 'seat.namesBox', values)
    return t(alone ? 'seat.shorts' : 'seat.names', values)
  }

  return { row, short, full, several }
}

/** Numbers of seats in a row: "4–6" where they follow each other, else "4, 6, 8". */
export function spanOf(numbers: readonly string[]): string {
  const whole = numbers.map((n) => (/^\d{1,9}$/.test(n) ? Number(n) : NaN)).sort((a, b) => a - b)
  const follow = numbers.length > 2 && whole.every((n, i) => n === (whole[0] ?? NaN) + i)
  return follow ? `${whole[0]}–${whole.at(-1)}` : numbers.join(', ')
}
