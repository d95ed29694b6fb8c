import { readFileSync } from 'node:fs'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freeSeats, lag, type Seat } from '../house'
import { picture, useStage } from '../stage'

/** Another site: its pages know of the map what its attributes and events are. Its policy lets no inline style or script be. */
class Site {
  private constructor(
    readonly origin: string,
    private readonly http: HttpServer,
  ) {}

  /** `of`: the origin of the seats, known later than the site's own. */
  static async open(of: () => string): Promise<Site> {
    const http = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site')
      const policy = `default-src 'none'; script-src 'self' ${of()}; style-src 'self'; frame-src 'self'; connect-src ${of()} ${of().replace('http', 'ws')}`
      const [type, body] = pathname === '/frame' ? ['text/html', frame(searchParams.getAll('map'))] : pathname === '/host.js' ? ['text/javascript', HOST_SCRIPT] : pathname === '/host.css' ? ['text/css', HOSTILE] : ['text/html', page(of(), searchParams.getAll('map'))]
      response.writeHead(pathname === '/favicon.ico' ? 204 : 200, { 'Content-Type': type, 'Content-Security-Policy': policy }).end(body)
    })
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    return new Site(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, http)
  }

  close(): void {
    this.http.close()
    this.http.closeAllConnections()
  }
}

const page = (server: string, maps: readonly string[]) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>
<link rel="stylesheet" href="/host.css"><script src="/host.js"></script><script type="module" src="${server}/embed/jari-seat-map.js"></script></head>
<body><h1>Host</h1>${maps.map((attributes) => `<jari-seat-map ${attributes}></jari-seat-map>`).join('')}</body></html>`

/** A page with the other one in a frame that has no origin. */
const frame = (maps: readonly string[]) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Frame</title></head>
<body><iframe title="Map" width="1000" height="700" sandbox="allow-scripts" src="/?${maps.map((m) => `map=${encodeURIComponent(m)}`).join('&amp;')}"></iframe></body></html>`

/** All that a site's own styles may do to the unwary. */
const HOSTILE = `html { font-size: 62.5%; } * { letter-spacing: 3px; line-height: 3; color: deeppink; text-transform: uppercase; } :root { --ink: red; --ground: yellow; }
button { background: lime !important; } div { padding: 10px; margin: 10px; } jari-seat-map { margin: 0; padding: 0; height: 600px; }`

const HOST_SCRIPT = `window.told = []; for (const type of ['select', 'hold', 'refuse', 'expire', 'book']) document.addEventListener(type, ({ target, detail }) => {
  if (detail && target.localName === 'jari-seat-map') told.push({ type, ...detail }) })`

interface Told {
  type: string
  event: string
  code?: string
  reason?: string
  url?: string
  seats?: { seat: string; name: string; state?: string }[]
  booking?: { reference: string }
}

let site: Site
let strange: Site

beforeAll(async () => {
  const seats = () => stage.server.url
  site = await Site.open(seats)
  strange = await Site.open(seats)
})
const stage = useStage(() => ['--allowed-origins', `${site.origin},null`])
afterAll(() => {
  site.close()
  strange.close()
})

const told = (on: Page | Frame) => on.evaluate(() => (window as unknown as { told: Told[] }).told)
const last = async (on: Page | Frame, type: string) => (await told(on)).findLast((t) => t.type === type)

async function visit(on: Page, ...maps: string[]): Promise<void> {
  await on.goto(`${site.origin}/?${maps.map((m) => `map=${encodeURIComponent(m)}`).join('&')}`)
  await on.locator('jari-seat-map [data-testid=seat-map][data-ready]').nth(maps.length - 1).waitFor()
}

/** Takes a seat by the list in the element. */
async function take(on: Page | Frame, seat: Seat, nth = 0): Promise<void> {
  const map = on.locator('jari-seat-map').nth(nth)
  await map.locator('[data-testid=seat-list-open]').click()
  await map.locator('[data-testid=seat-list-zone]').selectOption(seat.zone)
  await map.locator(`[data-seat="${seat.id}"]`).click()
}

it('a page of an allowed origin holds and books, tells of it, and is left alone', async () => {
  const buyer = await stage.buyer()
  await visit(buyer, 'event="demo"')
  const [seat] = await freeSeats(stage.server, 'demo', 1)
  if (!seat) throw new Error('no seat')
  await picture(buyer, 'embed')
  await take(buyer, seat)
  await expect.poll(async () => (await last(buyer, 'hold'))?.seats?.[0]?.seat).toBe(seat.id)
  expect((await told(buyer)).map((t) => t.type)).toEqual(['select', 'hold'])
  await buyer.locator('jari-seat-map [data-testid=book]').click()
  await expect.poll(async () => (await last(buyer, 'book'))?.booking?.reference).toMatch(/^[2-9A-HJ-NP-Z]{8}$/)
  await picture(buyer, 'embed-booked')
  const { url } = (await last(buyer, 'book')) ?? {}
  expect(url).toContain(`${stage.server.url}/bookings/`)
  expect(await buyer.evaluate(() => [document.title, document.documentElement.lang, document.activeElement?.localName !== 'html', history.length > 2])).toEqual(['Host', 'en', true, false])
  expect(await buyer.evaluate(() => Object.keys(localStorage).every((key) => key.startsWith('jari.')))).toBe(true)

  const stranger = await stage.buyer()
  await stranger.goto(url ?? '')
  await expect.poll(() => stranger.locator('body').textContent()).toContain((await last(buyer, 'book'))?.booking?.reference ?? 'none')
})

it('a rival is refused with the seat in the way, and a hold that runs out is told', async () => {
  const event = await stage.server.createEvent('Embedded', 8)
  const [seat] = await freeSeats(stage.server, event, 1)
  if (!seat) throw new Error('no seat')
  const [first, second] = [await stage.buyer(), await stage.buyer()]
  await lag(second)
  await visit(second, `event="${event}"`)
  await visit(first, `event="${event}"`)
  await take(first, seat)
  await expect.poll(async () => (await last(first, 'hold'))?.seats?.length).toBe(1)
  await take(second, seat)
  await expect.poll(async () => (await last(second, 'refuse'))?.code).toBe('seat_unavailable')
  expect((await last(second, 'refuse'))?.seats).toMatchObject([{ zone: seat.zone, seat: seat.id, state: 'held' }])
  await expect.poll(async () => (await last(first, 'expire'))?.reason).toBe('expired')
  expect((await last(first, 'expire'))?.seats?.[0]?.seat).toBe(seat.id)
})

it('two on a page have sockets of their own, and removing one closes its', async () => {
  const buyer = await stage.buyer()
  const open = new Set<string>()
  let count = 0
  buyer.on('websocket', (socket) => {
    const name = String(count++)
    open.add(name)
    socket.on('close', () => open.delete(name))
  })
  await visit(buyer, 'event="demo" lang="en"', 'event="demo" lang="ko" theme="dark"')
  expect(open.size).toBe(2)
  await buyer.evaluate(() => {
    document.querySelector('jari-seat-map')?.remove()
  })
  await expect.poll(() => open.size).toBe(1)
})

it('a page whose storage is refused holds and books', async () => {
  const buyer = await stage.buyer()
  await buyer.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get: () => {
        throw new DOMException('denied', 'SecurityError')
      },
    })
  })
  await visit(buyer, 'event="demo"')
  const [seat] = await freeSeats(stage.server, 'demo', 1)
  if (!seat) throw new Error('no seat')
  await take(buyer, seat)
  await expect.poll(async () => (await last(buyer, 'hold'))?.seats?.length).toBe(1)
  await buyer.locator('jari-seat-map [data-testid=book]').click()
  await expect.poll(async () => (await last(buyer, 'book'))?.event).toBe('demo')
})

it('a sandboxed frame, which has no origin, holds where the server allows null', async () => {
  const buyer = await stage.buyer()
  await buyer.goto(`${site.origin}/frame?map=${encodeURIComponent('event="demo"')}`)
  const inside = buyer.frames().find((f) => f !== buyer.mainFrame())
  if (!inside) throw new Error('no frame')
  expect(await inside.evaluate(() => window.origin)).toBe('null')
  await inside.locator('jari-seat-map [data-testid=seat-map][data-ready]').waitFor()
  const [seat] = await freeSeats(stage.server, 'demo', 1)
  if (!seat) throw new Error('no seat')
  await take(inside, seat)
  await expect.poll(async () => (await last(inside, 'hold'))?.seats?.[0]?.seat).toBe(seat.id)
})

it('a page of another origin is told plainly that it is not allowed', async () => {
  stage.provoked = /CORS policy|ERR_FAILED/
  const visitor = await stage.buyer()
  await visitor.goto(`${strange.origin}/?map=${encodeURIComponent('event="demo"')}`)
  await visitor.locator('jari-seat-map [data-testid=not-allowed]').waitFor()
  await picture(visitor, 'embed-not-allowed')
})

/** Custom properties as docs/embedding.md names them, each with a value that nothing else has. */
function documented(): Map<string, string> {
  const rows = readFileSync(join(import.meta.dirname, '../../../docs/embedding.md'), 'utf8').split('\n').filter((line) => line.startsWith('| `--jari-'))
  const names = rows.flatMap((row) => [...row.matchAll(/`(--jari-[a-z0-9-]+)`/g)].flatMap(([, name = '']) => (row.includes('each with `-ground`') ? [name, `${name}-ground`] : [name])))
  const value = (name: string, i: number) => (name === '--jari-font' ? 'Georgia' : /radius|panel$/.test(name) ? `${300 + i}px` : `rgb(${i}, 2, 3)`)
  return new Map(names.map((name, i) => [name, value(name, i)]))
}

it('the page of the docs shows the map, lists what it tells of, and every property that is documented reaches what is drawn', async () => {
  const buyer = await stage.buyer()
  await buyer.goto(`${stage.server.url}/embed/demo.html?event=demo`)
  const map = buyer.locator('jari-seat-map')
  await map.locator('[data-testid=seat-map][data-ready]').waitFor()
  const [seat] = await freeSeats(stage.server, 'demo', 1)
  if (!seat) throw new Error('no seat')
  await take(buyer, seat)
  const log = buyer.locator('#log li')
  await log.filter({ hasText: /^hold .*"seats":\[\{/ }).waitFor()
  await log.filter({ hasText: /^select / }).first().waitFor()
  await map.getByTestId('seat-list-close').click()

  const wanted = documented()
  expect(wanted.size).toBeGreaterThan(25)
  await map.evaluate((element: HTMLElement, values) => {
    for (const [name, value] of values) element.style.setProperty(name, value)
  }, [...wanted])
  const inside = await map.evaluate((element, names) => {
    const base = element.shadowRoot?.querySelector('[part~=base]')
    return base ? names.map((name) => [name, getComputedStyle(base).getPropertyValue(name.replace('--jari-', '--'))] as const) : []
  }, [...wanted.keys()])
  expect(new Map(inside)).toEqual(wanted)
  const drawn = (part: string, of: string) => map.locator(part).first().evaluate((element, property) => getComputedStyle(element).getPropertyValue(property), of)
  for (const [name, part, of] of [
    ['font', '[part~=base]', 'font-family'],
    ['ink', '[part~=base]', 'color'],
    ['map-ground', '.map', 'background-color'],
    ['stage', '.map-picture .stage', 'fill'],
    ['seat-mine', '.map-picture .seat.mine', 'fill'],
    ['surface', '[part~=panel]', 'background-color'],
  ] as const) await expect.poll(() => drawn(part, of), { message: name }).toBe(wanted.get(`--jari-${name}`))

  await buyer.getByRole('button', { name: 'Give the seats back' }).click()
  await log.filter({ hasText: /^hold .*"seats":\[\]/ }).waitFor()
})
