import ical from 'node-ical'
import { describe, expect, it } from 'vitest'
import { type CalendarEntry, calendarFile, calendarName, dayAt } from './calendar'
import { spoken } from './spoken'

const entry: CalendarEntry = {
  uid: '0f6e2c2e-9d0b-8a68-9c59-7c1c4f4a1d11@tickets.example',
  sequence: 0,
  now: Date.parse('2026-03-01T09:31:00.000Z'),
  start: '2026-12-12T10:00:00.000Z',
  end: '2026-12-12T12:30:00.000Z',
  timeZone: 'Asia/Seoul',
  title: 'Midnight in Seoul: the Han River Symphony',
  place: 'Hanbit Hall',
  text: 'Reference 4T9QAUFL\nStalls, row C, seat 14',
  url: 'https://tickets.example/bookings/0f6e2c2e-9d0b-8a68-9c59-7c1c4f4a1d11',
  alarm: { hours: 2, text: 'Midnight in Seoul begins in 2 hours' },
}

/** As a calendar that somebody else wrote reads it. */
function parsed(file: string) {
  const event = Object.values(ical.sync.parseICS(file)).find((part) => part?.type === 'VEVENT')
  if (event?.type !== 'VEVENT') throw new Error('no event in it')
  return event
}

describe('a calendar file', () => {
  it.each([
    ['in Seoul', {}, '20261212T190000', '+0900'],
    ['in Paris in summer', { timeZone: 'Europe/Paris', start: '2026-07-01T18:00:00.000Z', end: '2026-07-01T20:00:00.000Z' }, '20260701T200000', '+0200'],
    ['in Newfoundland', { timeZone: 'America/St_Johns', start: '2026-01-10T23:00:00.000Z', end: '2026-01-11T01:00:00.000Z' }, '20260110T193000', '-0330'],
    ['through the night in which clocks go back', { timeZone: 'Europe/Berlin', start: '2026-10-24T20:00:00.000Z', end: '2026-10-25T04:00:00.000Z' }, '20261024T220000', '+0200'],
    ['through the night in which they go forward', { timeZone: 'Europe/Berlin', start: '2026-03-28T21:00:00.000Z', end: '2026-03-29T03:00:00.000Z' }, '20260328T220000', '+0100'],
  ] as const)('%s is read as it was meant', (_, change, local, offset) => {
    const wanted = { ...entry, ...change }
    const file = calendarFile(wanted)
    expect(file).toContain(`DTSTART;TZID=${wanted.timeZone}:${local}\r\n`)
    expect(file).toContain(`TZOFFSETTO:${offset}\r\n`)
    const event = parsed(file)
    expect(event.start.toISOString()).toBe(wanted.start)
    expect(event.end?.toISOString()).toBe(wanted.end)
    expect(event.uid).toBe(wanted.uid)
    expect(event.summary).toBe(wanted.title)
    expect(event.description).toBe(wanted.text)
    expect(event.alarms).toHaveLength(1)
  })

  it('tells the change of clocks that lies within', () => {
    const night = { ...entry, timeZone: 'Europe/Berlin', start: '2026-10-24T20:00:00.000Z', end: '2026-10-25T04:00:00.000Z' }
    expect(calendarFile(night)).toContain('BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD')
  })

  it('of a zone that the browser does not know is in UTC', () => {
    const file = calendarFile({ ...entry, timeZone: 'Mars/Olympus' })
    expect(file).toContain('DTSTART:20261212T100000Z\r\n')
    expect(file).not.toContain('TZID')
    expect(parsed(file).start.toISOString()).toBe(entry.start)
  })

  it('without an end has none', () => {
    expect(calendarFile({ ...entry, end: null })).not.toContain('DTEND')
    expect(calendarFile({ ...entry, end: entry.start })).not.toContain('DTEND')
  })

  it('keeps every letter, in lines of 75 bytes', () => {
    const odd = { ...entry, title: '자정의 서울; 한강, 교향곡 \\ "밤"'.repeat(6), text: 'a\r\nb\rc\nd\u0007e', place: '한빛홀 👩‍👩‍👧 ' + 'x'.repeat(200) }
    const file = calendarFile(odd)
    for (const line of file.split('\r\n')) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
    expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    const event = parsed(file)
    expect(event.summary).toBe(odd.title)
    expect(event.location).toBe(odd.place)
    expect(event.description).toBe('a\nb\nc\nd e')
  })

  it('adds nothing of its own to what a title says', () => {
    const file = calendarFile({ ...entry, title: 'A\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:B' })
    expect(file.match(/^BEGIN:VEVENT/gm)).toHaveLength(1)
  })
})

describe('its name', () => {
  it.each([
    ['Midnight in Seoul: the Han River Symphony', 'Midnight-in-Seoul-the-Han-River-Symphony-2026-12-12.ics'],
    ['자정의 서울 / 한강', '자정의-서울-한강-2026-12-12.ics'],
    ['../../etc/passwd', 'etc-passwd-2026-12-12.ics'],
    ['!!!', 'jari-2026-12-12.ics'],
    ['x'.repeat(300), `${'x'.repeat(60)}-2026-12-12.ics`],
  ])('of %s', (title, name) => {
    expect(calendarName(title, '2026-12-12')).toBe(name)
  })

  it('has the day at the venue', () => {
    expect(dayAt('Asia/Seoul', '2026-12-12T20:00:00.000Z')).toBe('2026-12-13')
    expect(dayAt('America/New_York', '2026-12-12T02:00:00.000Z')).toBe('2026-12-11')
  })
})

it('a reference is spelled', () => {
  expect(spoken('7KQ2MXAB')).toBe('7, K, Q, 2, M, X, A, B')
})
