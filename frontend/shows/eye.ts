import type { Page } from 'playwright-core'
import type { Place } from './plan'

/** ms that anything may take before the show fails. */
const PATIENCE = 10_000

/** A seat on the screen, px. */
export interface Spot {
  place: Place
  x: number
  y: number
}

/** What is looked for in the page; each is the time of the page's clock, ms. */
interface Eye {
  /** The finger or the button was let go: the browser's own time of that input. */
  released: number
  /** While true, what others do is kept from the page. */
  lagging: boolean
  /** From input to next paint by the browser's Event Timing, in its steps of 8 ms; what took less than 16 is not told. */
  timings: number[]
  /** The seat, which `move` leads to in path data, is drawn in a look. */
  seat(move: string, look: string): Promise<number>
  /** The book button can be pressed: all that was asked for is granted. */
  granted(): Promise<number>
  /** The message of this type came. */
  answer(type: string): Promise<number>
}

declare global {
  interface Window {
    jariEye?: Eye
    jariAwaited?: Promise<{ seen: number; done: number; at: number }>
  }
}

/**
 * Gives the page an eye; before it is opened. What is awaited is noticed when the page's document says so, and counts as drawn when the main thread
 * has painted the frame that it is in. What the compositor takes beyond that is in the browser's own event timing.
 */
export async function openEye(page: Page): Promise<void> {
  await page.addInitScript((patience) => {
    const waiting = new Map<string, (at: number) => void>()
    const lagged: (() => void)[] = []
    let lagging = false
    const Plain = window.WebSocket
    window.WebSocket = class extends Plain {
      constructor(url: string | URL, protocol?: string | string[]) {
        super(url, protocol)
        this.addEventListener('message', (event: MessageEvent<string>) => {
          const type = /^\{"type":"(\w+)"|"type":"(held|refused|released|error|changes)"/.exec(event.data)?.slice(1).find(Boolean) ?? ''
          if (lagging && type === 'changes') {
            event.stopImmediatePropagation()
            lagged.push(() => this.dispatchEvent(new MessageEvent('message', { data: event.data })))
          }
          waiting.get(type)?.(performance.now())
          waiting.delete(type)
        })
      }
    }
    const timed = <T>(what: string, begin: (done: (value: T) => void) => void) =>
      new Promise<T>((resolve, reject) => {
        const late = setTimeout(() => { reject(new Error(`${what}: not in ${patience} ms`)) }, patience)
        begin((value) => {
          clearTimeout(late)
          resolve(value)
        })
      })
    // The task after a frame's callbacks comes when it has been painted; what was drawn by one of them is painted in that frame.
    const { port1, port2 } = new MessageChannel()
    const after: (() => void)[] = []
    port1.onmessage = () => {
      for (const next of after.splice(0)) next()
    }
    const afterFrame = (then: () => void) => {
      after.push(then)
      port2.postMessage(0)
    }
    let inFrame = false
    const plainFrame = window.requestAnimationFrame.bind(window)
    window.requestAnimationFrame = (callback) =>
      plainFrame((time) => {
        if (!inFrame) {
          inFrame = true
          afterFrame(() => (inFrame = false))
        }
        callback(time)
      })
    const painted = (then: (at: number) => void) => {
      const told = () => {
        afterFrame(() => { then(performance.now()) })
      }
      if (inFrame) told()
      else requestAnimationFrame(told)
    }
    const watch = (what: string, root: Node, attributes: string[], is: (nodes: Iterable<Node>) => boolean, now: () => Iterable<Node>) =>
      timed<number>(what, (done) => {
        if (is(now())) {
          painted(done)
          return
        }
        const observer = new MutationObserver((records) => {
          if (!is(records.flatMap((record) => [record.target, ...record.addedNodes]))) return
          observer.disconnect()
          painted(done)
        })
        observer.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: attributes })
      })
    const timings: number[] = []
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'click') timings.push(entry.duration)
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit)
    const eye: Eye = {
      released: NaN,
      get lagging() {
        return lagging
      },
      set lagging(on) {
        lagging = on
        if (!on) for (const tell of lagged.splice(0)) tell()
      },
      timings,
      seat(move, look) {
        const picture = document.querySelector('.map-picture')
        if (!picture) throw new Error('no map')
        const is = (nodes: Iterable<Node>) =>
          [...nodes].some((node) => {
            if (!(node instanceof SVGPathElement) || !node.classList.contains('seat') || !node.classList.contains(look)) return false
            const d = node.getAttribute('d') ?? ''
            return d.startsWith(move) && !/[\d.]/.test(d.charAt(move.length))
          })
        return watch(`seat at ${move} ${look}`, picture, ['class', 'd'], is, () => picture.querySelectorAll('.pool .seat'))
      },
      granted() {
        const button = () => document.querySelectorAll<HTMLButtonElement>('[data-testid=book]')
        return watch('granted', document, ['disabled'], () => [...button()].some((b) => !b.disabled), button)
      },
      answer: (type) => timed(`answer ${type}`, (done) => waiting.set(type, done)),
    }
    window.jariEye = eye
    window.addEventListener('pointerup', (event) => (eye.released = event.timeStamp), { capture: true })
  }, PATIENCE)
}

/** What ends a click: the answer drawn by the book button, or the answer alone where nothing more is drawn for it. */
type End = 'granted' | 'released' | 'refused' | null

/** Begins to look; what resolves tells when the seat was drawn so and the end came, ms from the click, and when it was drawn, ms since 1970. */
export async function look(page: Page, { x, y }: Place, as: string, end: End = null): Promise<() => Promise<{ seen: number; done: number; at: number }>> {
  const round = (n: number) => Math.round(n * 100) / 100
  await page.evaluate(
    ({ move, as, end }) => {
      const eye = window.jariEye
      if (!eye) throw new Error('the page has no eye')
      eye.released = NaN
      const done = end === 'granted' ? eye.seat(move, 'mine').then(() => eye.granted()) : end ? eye.answer(end) : Promise.resolve(NaN)
      const both = Promise.all([eye.seat(move, as), done]).then(([seen, done]) => ({ seen: seen - eye.released, done: done - eye.released, at: performance.timeOrigin + seen }))
      both.catch(() => undefined) // whoever asks is told
      window.jariAwaited = both
    },
    { move: `M${round(x)} ${round(y)}`, as, end },
  )
  return () => page.evaluate(() => window.jariAwaited ?? Promise.reject(new Error('nothing was looked for')))
}

/** Keeps from the page what others do, or tells it all of that. */
export async function lag(page: Page, on: boolean): Promise<void> {
  await page.evaluate((on) => {
    if (window.jariEye) window.jariEye.lagging = on
  }, on)
}

/** px that a message takes at the top, and buttons at the edges. */
const TOP = 260
const EDGE = 50

/** Those of the seats that can be clicked, and at which no message will lie over them. */
export function clickable(page: Page, places: readonly Place[]): Promise<Spot[]> {
  return page.evaluate(
    ({ places, top, edge }) => {
      const at = document.querySelector<SVGSVGElement>('.map-picture .sheet')?.getScreenCTM()
      const map = document.querySelector('[data-testid=seat-map]')
      if (!at || !map) throw new Error('no map')
      const box = map.getBoundingClientRect()
      return places
        .map((place) => ({ place, x: at.a * place.x + at.e, y: at.d * place.y + at.f }))
        .filter(({ x, y }) => {
          const over = document.elementFromPoint(x, y)
          return x > box.left + edge && x < box.right - edge && y > Math.max(box.top, top) && y < box.bottom - edge && over !== null && map.contains(over)
        })
    },
    { places: [...places], top: TOP, edge: EDGE },
  )
}
