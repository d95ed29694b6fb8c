import { offsetAt, zoneLines } from './calendarZone'

/** What a calendar is told of a booking. Times are RFC 3339. */
export interface CalendarEntry {
  /** Stays the same when the file is made again: the calendar then changes its entry and makes no second one. */
  uid: string
  /** Grows when what is told changes. */
  sequence: number
  /** When the file is made, ms. */
  now: number
  start: string
  /** Null: not known. The entry then marks the beginning alone. */
  end: string | null
  /** IANA, of the venue. */
  timeZone: string
  title: string
  place: string
  text: string
  url: string
  /** Said this long before the beginning, hours. */
  alarm: { hours: number; text: string }
}

/** Most bytes of a line, RFC 5545 section 3.1. */
const LINE = 75

/** A calendar file (iCalendar, RFC 5545). */
export function calendarFile(entry: CalendarEntry): string {
  const start = Date.parse(entry.start)
  const end = entry.end === null ? null : Date.parse(entry.end)
  const zone = zoneLines(entry.timeZone, start, end ?? start)
  const at = (name: string, ms: number) => (zone.length > 0 ? `${name};TZID=${entry.timeZone}:${local(entry.timeZone, ms)}` : `${name}:${utc(ms)}`)
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Jari//Booking//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    ...zone,
    'BEGIN:VEVENT',
    `UID:${escaped(entry.uid)}`,
    `SEQUENCE:${entry.sequence}`,
    `DTSTAMP:${utc(entry.now)}`,
    at('DTSTART', start),
    ...(end !== null && end > start ? [at('DTEND', end)] : []),
    `SUMMARY:${escaped(entry.title)}`,
    `LOCATION:${escaped(entry.place)}`,
    `DESCRIPTION:${escaped(entry.text)}`,
    `URL:${entry.url}`,
    'STATUS:CONFIRMED',
    'TRANSP:OPAQUE',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `TRIGGER:-PT${entry.alarm.hours}H`,
    `DESCRIPTION:${escaped(entry.alarm.text)}`,
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return lines.map(folded).join('\r\n') + '\r\n'
}

/** 20261212T100000Z */
function utc(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** What a clock at the venue shows: 20261212T190000. */
function local(zone: string, ms: number): string {
  return utc(ms + offsetAt(zone, ms)).slice(0, -1)
}

/** TEXT, RFC 5545 section 3.3.11. Control characters are not allowed in it. */
function escaped(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    // eslint-disable-next-line no-control-regex -- they are what has to go
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ')
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\n/g, '\\n')
}

/** A long line goes on in the next one behind a space; no letter is cut in two. */
function folded(line: string): string {
  const bytes = (s: string) => new TextEncoder().encode(s).length
  let out = ''
  let room = LINE
  for (const letter of line) {
    const size = bytes(letter)
    if (size > room) {
      out += '\r\n '
      room = LINE - 1
    }
    out += letter
    room -= size
  }
  return out
}

/** A file's name that says what is in it, and that every system takes. `date` is the day at the venue, 2026-12-12. */
export function calendarName(title: string, date: string): string {
  const words = title.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '')
  return `${[...words].slice(0, 60).join('').replace(/-+$/, '') || 'jari'}-${date}.ics`
}

/** The day at the venue: 2026-12-12. */
export function dayAt(zone: string, iso: string): string {
  const ms = Date.parse(iso)
  return new Date(ms + offsetAt(zone, ms)).toISOString().slice(0, 10)
}
