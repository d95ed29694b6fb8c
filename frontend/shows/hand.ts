import type { CDPSession } from 'playwright-core'
import { setTimeout as pause } from 'node:timers/promises'

/** ms between inputs: a screen's frame. */
const FRAME = 1000 / 60
/** Inputs that may wait for the page; beyond, the next ones are left out, as the system does when an application is slow. */
const WAITING = 4
/** How wide apart two fingers are at the least and at the most, px. */
const NARROW = 48
const WIDE = 320

interface Point {
  x: number
  y: number
}

/** Moves the map as a buyer does, by the browser's own inputs. */
export interface Hand {
  /** Zooms about a point of the screen, px. */
  zoom(at: Point, factor: number, ms: number): Promise<void>
  drag(from: Point, by: Point, ms: number): Promise<void>
}

/** Calls back with how much of the time has passed, up to 1, once a frame. */
async function over(ms: number, step: (part: number) => void): Promise<void> {
  const began = performance.now()
  for (let i = 1; ; i++) {
    const part = Math.min(1, (performance.now() - began) / ms)
    step(part)
    if (part === 1) return
    await pause(Math.max(0, began + i * FRAME - performance.now()))
  }
}

/** Sends inputs without waiting for each to be handled. */
function sender() {
  let waiting = 0
  return {
    send(send: () => Promise<unknown>, needed = false): boolean {
      if (waiting >= WAITING && !needed) return false
      waiting++
      void send().finally(() => waiting--)
      return true
    },
    async settle(): Promise<void> {
      while (waiting > 0) await pause(1)
    },
  }
}

/** `perDoubling`: turns of the wheel, px, for a zoom of two. */
export function mouse(tools: CDPSession, perDoubling: number): Hand {
  const line = sender()
  return {
    async zoom(at, factor, ms) {
      const all = -Math.log2(factor) * perDoubling
      let turned = 0
      await over(ms, (part) => {
        const deltaY = all * part - turned
        if (line.send(() => tools.send('Input.dispatchMouseEvent', { type: 'mouseWheel', ...at, deltaX: 0, deltaY }), part === 1)) turned += deltaY
      })
      await line.settle()
    },
    async drag(from, by, ms) {
      const event = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', part: number) =>
        tools.send('Input.dispatchMouseEvent', { type, x: from.x + by.x * part, y: from.y + by.y * part, button: 'left', buttons: type === 'mouseReleased' ? 0 : 1, clickCount: 1 })
      await event('mousePressed', 0)
      await over(ms, (part) => line.send(() => event('mouseMoved', part), part === 1))
      await line.settle()
      await event('mouseReleased', 1)
    },
  }
}

export function fingers(tools: CDPSession): Hand {
  const line = sender()
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: Point[]) =>
    tools.send('Input.dispatchTouchEvent', { type, touchPoints: points.map((p, id) => ({ ...p, id })) })
  return {
    async zoom(at, factor, ms) {
      // What is more than two fingers can do at once takes them several times.
      const times = Math.ceil(Math.abs(Math.log(factor)) / Math.log(WIDE / NARROW))
      const each = factor ** (1 / times)
      const [from, to] = each > 1 ? [NARROW, NARROW * each] : [NARROW / each, NARROW]
      const pair = (apart: number) => [{ x: at.x, y: at.y - apart / 2 }, { x: at.x, y: at.y + apart / 2 }]
      for (let i = 0; i < times; i++) {
        await touch('touchStart', pair(from))
        await over(ms / times, (part) => line.send(() => touch('touchMove', pair(from * (to / from) ** part)), part === 1))
        await line.settle()
        await touch('touchEnd', [])
      }
    },
    async drag(from, by, ms) {
      await touch('touchStart', [from])
      await over(ms, (part) => line.send(() => touch('touchMove', [{ x: from.x + by.x * part, y: from.y + by.y * part }]), part === 1))
      await line.settle()
      await touch('touchEnd', [])
    },
  }
}
