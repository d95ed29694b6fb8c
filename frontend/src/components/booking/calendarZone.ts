const FIELDS = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const

/** How far a zone's clocks are ahead of UTC at a moment, ms; 0 for a zone that the browser does not know. */
export function offsetAt(zone: string, ms: number): number {
  const whole = Math.floor(ms / 1000) * 1000
  const read = formatOf(zone)
  if (!read) return 0
  const part = new Map(read.formatToParts(whole).map((p) => [p.type, Number(p.value)]))
  const field = (name: Intl.DateTimeFormatPartTypes) => part.get(name) ?? 0
  return Date.UTC(field('year'), field('month') - 1, field('day'), field('hour'), field('minute'), field('second')) - whole
}

function formatOf(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', { ...FIELDS, timeZone: zone })
  } catch {
    return null
  }
}

/**
 * VTIMEZONE for what lies between two moments (RFC 5545 section 3.6.5): the offset at the first, and the change of clocks between
 * them when there is one. Nothing for a zone that the browser does not know: its times are then written in UTC.
 */
export function zoneLines(zone: string, from: number, to: number): string[] {
  if (!formatOf(zone)) return []
  const first = offsetAt(zone, from)
  const last = offsetAt(zone, to)
  const lines = ['BEGIN:VTIMEZONE', `TZID:${zone}`, ...observance('19700101T000000', first, first)]
  if (last !== first) {
    const change = changeBetween(zone, from, to)
    const onset = new Date(change + first).toISOString().replace(/[-:]|\.\d+|Z/g, '')
    lines.push(...observance(onset, first, last))
  }
  lines.push('END:VTIMEZONE')
  return lines
}

function observance(onset: string, before: number, after: number): string[] {
  const kind = after > before ? 'DAYLIGHT' : 'STANDARD'
  return [`BEGIN:${kind}`, `DTSTART:${onset}`, `TZOFFSETFROM:${offset(before)}`, `TZOFFSETTO:${offset(after)}`, `END:${kind}`]
}

/** The second at which the clocks change. */
function changeBetween(zone: string, from: number, to: number): number {
  const before = offsetAt(zone, from)
  let [low, high] = [Math.floor(from / 1000), Math.ceil(to / 1000)]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(zone, middle * 1000) === before) low = middle
    else high = middle
  }
  return high * 1000
}

/** +0900 */
function offset(ms: number): string {
  const minutes = Math.abs(Math.round(ms / 60_000))
  const two = (n: number) => String(n).padStart(2, '0')
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`
}
