import type { Browser, CDPSession } from 'playwright-core'

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  /** Microseconds, as all that follow. */
  ts: number
  dur?: number
  tdur?: number
  args?: { data?: { functionName?: string } }
}

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing']

export const BEGIN = 'show-begin'
export const END = 'show-end'
/** The function of the page whose runs tell how fast the processor is. */
export const GAUGE = 'gauge'

/**
 * What the main thread of a page did between the two marks. Times are of the processor, not of the clock on the wall: on a machine with other
 * work the latter tell of that. A page that is slowed down waits by spinning, which is in them: see `setApart`.
 */
export interface Work {
  /** ms of each frame: from one callback before painting to the next. */
  frames: number[]
  /** The longest task, ms; and on the wall. */
  longest: number
  longestOnWall: number
  /** ms in all. */
  total: number
  /** ms that each run of GAUGE took, which is in none of the others. */
  gauge: number[]
}

/** The page must have asked for each frame while it was recorded. */
export function workOf(events: readonly TraceEvent[]): Work {
  const begin = events.find((e) => e.name === BEGIN)
  const end = events.find((e) => e.name === END)
  if (!begin || !end) throw new Error('the trace lacks the marks of the page')
  const main = events.filter((e) => e.pid === begin.pid && e.tid === begin.tid && e.ph === 'X' && e.ts >= begin.ts && e.ts < end.ts).sort((a, b) => a.ts - b.ts)
  const tasks = main.filter((e) => e.name === 'RunTask')
  const paints = main.filter((e) => e.name === 'FireAnimationFrame')
  const gauges = main.filter((e) => e.name === 'FunctionCall' && e.args?.data?.functionName === GAUGE)
  const work: Work = { frames: [], longest: 0, longestOnWall: 0, total: 0, gauge: gauges.map((e) => (e.tdur ?? 0) / 1000) }
  let next = 0
  for (const task of tasks) {
    const until = task.ts + (task.dur ?? 0)
    const gauged = gauges.filter((e) => e.ts >= task.ts && e.ts < until)
    const cpu = ((task.tdur ?? 0) - gauged.reduce((sum, e) => sum + (e.tdur ?? 0), 0)) / 1000
    while (paints[next] && (paints[next]?.ts ?? 0) < task.ts) next++
    if ((paints[next]?.ts ?? Infinity) < until) work.frames.push(0)
    const frame = work.frames.length - 1
    if (frame >= 0) work.frames[frame] = (work.frames[frame] ?? 0) + cpu
    work.longest = Math.max(work.longest, cpu)
    work.longestOnWall = Math.max(work.longestOnWall, ((task.dur ?? 0) - gauged.reduce((sum, e) => sum + (e.dur ?? 0), 0)) / 1000)
    work.total += cpu
  }
  return work
}

/** Records what the browser does, from `start` to `stop`. */
export class Trace {
  private readonly tools: Promise<CDPSession>

  constructor(browser: Browser) {
    this.tools = browser.newBrowserCDPSession()
  }

  async start(): Promise<void> {
    const tools = await this.tools
    await tools.send('Tracing.start', { transferMode: 'ReturnAsStream', traceConfig: { recordMode: 'recordAsMuchAsPossible', includedCategories: CATEGORIES } })
  }

  async stop(): Promise<TraceEvent[]> {
    const tools = await this.tools
    const done = new Promise<string>((resolve) => tools.once('Tracing.tracingComplete', ({ stream }) => { resolve(stream ?? '') }))
    await tools.send('Tracing.end')
    const handle = await done
    let text = ''
    for (let eof = false; !eof; ) {
      const part = await tools.send('IO.read', { handle, size: 1 << 22 })
      text += part.data
      eof = part.eof
    }
    await tools.send('IO.close', { handle })
    await tools.detach()
    return (JSON.parse(text) as { traceEvents: TraceEvent[] }).traceEvents
  }
}
