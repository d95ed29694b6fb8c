import type { Page } from 'playwright-core'

/** What is sampled in a page, every so many ms. */
const SAMPLE = 200
/** How often the processor is gauged, ms: seldom, for no frame comes meanwhile; and how often before, until the browser has compiled what does it. */
const GAUGED = 500
const WARM = 30

export interface Seen {
  /** Callbacks before painting. */
  frames: number
  /** The most SVG nodes at once. */
  nodes: number
  /** Levels that the map was drawn at, in the order in which they came. */
  levels: string[]
}

declare global {
  interface Window {
    jariSeen?: Seen & { stop: () => void }
    /** Changes of seats that came. */
    jariArrived?: number
  }
}

/** Counts frames and nodes in the page from now on, at the first mark of the trace, and gauges the processor. */
export async function watch(page: Page, mark: string): Promise<void> {
  await page.evaluate(
    ({ mark, every, gauged, warm }) => {
      const seen = { frames: 0, nodes: 0, levels: [] as string[], stop: (): void => undefined }
      const pictures = document.getElementsByTagName('svg')
      const sample = () => {
        let nodes = 0
        for (const picture of pictures) if (!picture.ownerSVGElement) nodes += 1 + picture.getElementsByTagName('*').length
        seen.nodes = Math.max(seen.nodes, nodes)
        const level = document.querySelector<HTMLElement>('.map-picture')?.dataset.level
        if (level !== undefined && level !== seen.levels.at(-1)) seen.levels.push(level)
      }
      const timer = setInterval(sample, every)
      // A fixed piece of work of the map's kind. Its name is GAUGE: the trace tells how long it took.
      const seats = Array.from({ length: 2000 }, (_, i) => ({ x: (i * 7919) % 2003, y: i }))
      const gauge = () => {
        let d = ''
        for (const { x, y } of [...seats].sort((a, b) => a.x - b.x)) d += `M${x} ${y}h0`
        return d
      }
      for (let i = 0; i < warm; i++) gauge()
      const gauging = setInterval(gauge, gauged)
      let stopped = false
      const frame = () => {
        if (stopped) return
        seen.frames++
        requestAnimationFrame(frame)
      }
      requestAnimationFrame(frame)
      seen.stop = () => {
        stopped = true
        clearInterval(timer)
        clearInterval(gauging)
        sample()
      }
      window.jariSeen = seen
      performance.mark(mark)
    },
    { mark, every: SAMPLE, gauged: GAUGED, warm: WARM },
  )
}

/** Ends it, at the last mark. */
export function watched(page: Page, mark: string): Promise<Seen> {
  return page.evaluate((mark) => {
    performance.mark(mark)
    const seen = window.jariSeen
    if (!seen) throw new Error('the page was not watched')
    seen.stop()
    return { frames: seen.frames, nodes: seen.nodes, levels: seen.levels }
  }, mark)
}

/** How often the page is asked how many changes came, ms. */
const ASK = 250

/**
 * Counts the changes of seats that come to a page over its sockets, within it: the browser's own tools would tell each message, for which
 * the page's main thread works as long as for the message itself.
 */
export class Arrivals {
  changes = 0
  private timer: ReturnType<typeof setInterval> | undefined

  /** Before the page is opened. */
  static async at(page: Page): Promise<Arrivals> {
    await page.addInitScript(() => {
      window.jariArrived = 0
      const Plain = window.WebSocket
      window.WebSocket = class extends Plain {
        constructor(url: string | URL, protocol?: string | string[]) {
          super(url, protocol)
          this.addEventListener('message', ({ data }: MessageEvent<string>) => {
            const from = data.indexOf('"changes":[[')
            if (from >= 0) window.jariArrived = (window.jariArrived ?? 0) + data.slice(from).split('],[').length
          })
        }
      }
    })
    return new Arrivals(page)
  }

  private constructor(private readonly page: Page) {}

  /** Follows, a little late, until `end`. */
  begin(): void {
    this.timer = setInterval(() => void this.ask(), ASK)
  }

  end(): void {
    clearInterval(this.timer)
  }

  /** Finds out how many came up to now. */
  async ask(): Promise<void> {
    this.changes = await this.page.evaluate(() => window.jariArrived ?? NaN)
  }
}
