import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Server } from './server'

/** How a seat is drawn. */
export type Look = 'available' | 'held' | 'booked' | 'blocked' | 'mine' | 'owned'

export interface Seat {
  zone: string
  id: string
  x: number
  y: number
}

interface EventShape {
  zones: { id: string; kind: string }[]
}
interface ZoneShape {
  seats: { id: string; row: string; number: string; x: number; y: number; accessible?: boolean; companion?: boolean }[]
}

/** Plain free seats of the event's first zone with seats, from the middle of its list. */
export async function freeSeats(server: Server, event: string, count: number): Promise<Seat[]> {
  const zone = (await server.get<EventShape>(`/events/${event}`)).zones.find((z) => z.kind === 'seats')?.id ?? ''
  const { seats } = await server.get<ZoneShape>(`/events/${event}/zones/${zone}`)
  const { states } = await server.get<{ states: string }>(`/events/${event}/zones/${zone}/state`)
  const free = seats.flatMap((s, i) => (states[i] === '0' && !s.accessible && !s.companion ? [{ zone, id: s.id, x: s.x, y: s.y }] : []))
  const from = Math.floor(free.length / 2)
  expect(free.length - from).toBeGreaterThanOrEqual(count)
  return free.slice(from, from + count)
}

/** A seat of the demonstration hall's middle stalls by row and number. */
export async function seatAt(server: Server, row: string, number: number): Promise<Seat> {
  const zone = 'stalls-C'
  const { seats } = await server.get<ZoneShape>(`/events/demo/zones/${zone}`)
  const seat = seats.find((s) => s.row === row && s.number === String(number))
  if (!seat) throw new Error(`no seat ${row} ${number}`)
  return { zone, id: seat.id, x: seat.x, y: seat.y }
}

/** Opens the event's map and waits until it is live. */
export async function openMap(page: Page, server: Server, event: string): Promise<void> {
  await page.goto(`${server.url}/events/${event}`)
  await live(page)
}

/** Opens the event's map close to a seat, as a shared link does. */
export async function openSeat(page: Page, server: Server, event: string, seat: Seat): Promise<void> {
  await page.goto(`${server.url}/events/${event}?zone=${seat.zone}&seat=${encodeURIComponent(seat.id)}`)
  await live(page)
}

/** Keeps what others do from a page until it has asked for a seat itself: what it clicks first, it believes to be free. */
export async function lag(page: Page): Promise<void> {
  const typeOf = (frame: string | Buffer) => (JSON.parse(frame.toString()) as { type: string }).type
  await page.routeWebSocket(/\/api\/v1\/socket$/, (socket) => {
    const server = socket.connectToServer()
    const late: (string | Buffer)[] = []
    let asked = false
    socket.onMessage((frame) => {
      server.send(frame)
      if (typeOf(frame) !== 'hold') return
      asked = true
      for (const kept of late.splice(0)) socket.send(kept)
    })
    server.onMessage((frame) => {
      if (asked || typeOf(frame) !== 'changes') socket.send(frame)
      else late.push(frame)
    })
  })
}

export async function live(page: Page): Promise<void> {
  await page.locator('[data-testid=seat-map][data-ready]').waitFor()
  await page.locator('[data-testid=connection][data-state=live]').waitFor()
}

/** Clicks a seat on the drawn map, where the link of openSeat has put the keyboard's ring. */
export async function clickSeat(page: Page): Promise<void> {
  const box = await page.locator('circle.ring.focus').boundingBox()
  if (!box) throw new Error('no ring marks the seat')
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
}

/** How the map draws a seat: the kind of the element or path that goes through its place. */
export async function lookOf(page: Page, seat: Seat): Promise<Look | null> {
  return page.evaluate(({ x, y }) => {
    const round = (n: number) => Math.round(n * 100) / 100
    const move = `M${round(x)} ${round(y)}`
    // What is drawn last lies above; what an element covers is not drawn, and may be of before.
    const drawn = [...document.querySelectorAll('.seats .seat:not(.cover)')].findLast((path) => {
      const d = path.getAttribute('d') ?? ''
      return (d.includes(`${move}h`) || d.includes(`${move}m`)) && path.checkVisibility({ visibilityProperty: true })
    })
    return (drawn?.classList[1] ?? null) as Look | null
  }, seat)
}

/** Waits until a seat is drawn so. */
export async function looks(page: Page, seat: Seat, want: Look): Promise<void> {
  await expect.poll(() => lookOf(page, seat)).toBe(want)
}

/** Controls in sight that are smaller than a finger, as "name width x height". */
export async function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const LEAST = 44
    return [...document.querySelectorAll<HTMLElement>('button, select, input, summary, nav a, a.button')].flatMap((control) => {
      // A box to tick is ticked by its label, too.
      const box = control.closest<HTMLElement>('label:has(> [type=checkbox])') ?? control
      // Not its rectangle: that of a button that is still pressed is a little smaller.
      const { offsetWidth: width, offsetHeight: height } = box
      if (width === 0 || (width >= LEAST && height >= LEAST) || !control.checkVisibility() || getComputedStyle(control).pointerEvents === 'none') return []
      return [`${control.ariaLabel ?? control.textContent?.trim()} ${Math.round(width)} x ${Math.round(height)}`]
    })
  })
}

/** Fields whose letters make iOS zoom the page in when they get the focus. */
export async function zoomsIn(page: Page): Promise<string[]> {
  return page.evaluate(() => [...document.querySelectorAll('select, input:not([type=checkbox])')].filter((f) => parseFloat(getComputedStyle(f).fontSize) < 16).map((f) => f.outerHTML.slice(0, 80)))
}

/** Chooses how many come together. */
export async function setParty(page: Page, size: number): Promise<void> {
  const now = async () => Number(await page.getByTestId('party').textContent())
  for (let n = await now(); n !== size; n += Math.sign(size - n)) await page.getByTestId(n < size ? 'party-more' : 'party-fewer').click()
  await expect.poll(now).toBe(size)
}

/** Has the best seats for so many proposed, and takes them. */
export async function takeBest(page: Page, size: number): Promise<void> {
  await setParty(page, size)
  await page.getByTestId('best').click()
  await page.getByTestId('best-take').click()
  await page.locator('[data-testid^=held-]').nth(size - 1).waitFor({ state: 'attached' })
  await page.getByTestId('proposal').waitFor({ state: 'detached' }) // the seats are shown as wished; with the answer it goes
}
