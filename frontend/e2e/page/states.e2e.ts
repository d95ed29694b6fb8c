import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { live, openMap, takeBest } from '../house'
import { picture, Stage } from '../stage'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterEach(async () => {
  stage.provoked = null
  stage.away = false
  await stage.clear()
})
afterAll(async () => {
  await stage.close()
})

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true }
const DESK = { viewport: { width: 1440, height: 900 } }
/** Each state in both sizes, and between them in both languages, light and dark. */
const LOOKS: [string, BrowserContextOptions][] = [
  ['phone-ko', { ...PHONE, locale: 'ko-KR', colorScheme: 'dark' }],
  ['desk-en', { ...DESK, locale: 'en-GB' }],
]

const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+/, '')

/** Shows a state to both, and keeps what it looks like. */
async function shown(name: string, act: (page: Page) => Promise<void>): Promise<void> {
  for (const [look, options] of LOOKS) {
    const page = await stage.buyer(options)
    await act(page)
    await picture(page, `state-${name}-${look}`)
  }
}

/** One row of so few seats that one buyer can have them all. */
const closet = JSON.stringify({
  name: 'Closet',
  categories: [{ name: 'Only', color: '#b5179e' }],
  zones: [{ name: 'Room', zone_id: 'room', uuid: 'z', position: { x: 0, y: 0 }, rows: [{ row_number: 'A', uuid: 'r', position: { x: 20, y: 40 }, seats: [1, 2].map((n) => ({ seat_guid: `A-${n}`, seat_number: String(n), uuid: `s${n}`, position: { x: n * 12, y: 0 }, category: 'Only' })) }] }],
})

describe('an event', () => {
  const phase = (page: Page) => page.getByTestId('phase')

  test.each([
    ['paused', 'pause'],
    ['ended', 'close'],
  ])('that is %s says so, with its map', async (state, verb) => {
    const event = await stage.server.operate('create', '--venue', 'demo', '--title', `It is ${state}`, '--id', state)
    await stage.server.operate(verb, event)
    await shown(state, async (page) => {
      await page.goto(`${stage.server.url}/events/${event}`)
      await page.locator(`[data-testid=phase][data-phase=${state}]`).waitFor()
      await page.locator('[data-testid=seat-map][data-ready]').waitFor()
    })
  })

  test('that is sold out says so, and is on sale again when seats are given back', async () => {
    await stage.server.importVenue('closet', closet)
    const event = await stage.server.operate('create', '--venue', 'closet', '--title', 'The last two seats', '--id', 'closet')
    const holder = await stage.buyer(DESK)
    await openMap(holder, stage.server, event)
    await takeBest(holder, 2)
    await holder.getByTestId('book').click()
    await holder.getByTestId('booking-status').filter({ hasText: 'Confirmed' }).waitFor()
    const pages: Page[] = []
    await shown('sold-out', async (page) => {
      await page.goto(`${stage.server.url}/events/${event}`)
      await page.locator('[data-testid=phase][data-phase=sold_out]').waitFor()
      pages.push(page)
    })
    const headers = await holder.evaluate(() => ({ Authorization: `Bearer ${(JSON.parse(localStorage.getItem('jari.session') ?? '{}') as { token: string }).token}`, 'Content-Type': 'application/json' }))
    const id = new URL(holder.url()).pathname.split('/').pop() ?? ''
    expect((await fetch(`${stage.server.url}/api/v1/bookings/${id}/cancel`, { method: 'POST', headers, body: '{}' })).ok).toBe(true)
    for (const page of pages) await phase(page).waitFor({ state: 'detached' })
  })

  test('that is not yet on sale counts down, and shows its map', async () => {
    const event = await stage.server.operate('create', '--venue', 'demo', '--title', 'It is not yet on sale', '--id', 'early', '--opens-at', soon(2 * 86_400 + 3_600))
    await shown('upcoming', async (page) => {
      await page.goto(`${stage.server.url}/events/${event}`)
      await page.getByTestId('opens-in').filter({ hasText: /2.+\d\d:\d\d/ }).waitFor()
      await page.locator('[data-testid=seat-map][data-ready]').waitFor()
    })
  })

  test.each([
    ['by the word of the server', false],
    ['by asking, when no socket comes through', true],
  ])('opens by itself, %s', async (_, deaf) => {
    const event = await stage.server.operate('create', '--venue', 'demo', '--title', 'It opens in a moment', '--id', `soon-${deaf}`, '--opens-at', soon(12))
    const page = await stage.buyer()
    if (deaf) await page.routeWebSocket(/\/api\/v1\/socket$/, (socket) => socket.close({ code: 4003 }))
    await page.goto(`${stage.server.url}/events/${event}`)
    await page.getByTestId('opens-in').filter({ hasText: /0\d:\d\d/ }).waitFor()
    await page.evaluate(() => Object.assign(window, { same: true }))
    await phase(page).waitFor({ state: 'detached' })
    expect(await page.evaluate(() => 'same' in window)).toBe(true)
  })
})

test('no events, and what is not there', async () => {
  stage.provoked = /404/
  await shown('no-events', async (page) => {
    // The list comes with the page: it is as empty as what is asked for.
    await page.route(/\/(\?.*)?$/, async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, body: (await answer.text()).replace(/<script type="application\/json"[\s\S]*?<\/script>/g, '') })
    })
    await page.route(/\/api\/v1\/events(\?.*)?$/, (route) => route.fulfill({ json: { events: [], next: '' } }))
    await page.goto(stage.server.url)
    await page.locator('main section.notice').waitFor()
  })
  for (const [name, path, text] of [['no-event', '/events/nowhere', /찾을 수 없는 공연|do not know this event/], ['no-page', '/nowhere', /페이지를 찾을|Nothing here/]] as const) {
    await shown(name, async (page) => {
      expect((await page.goto(stage.server.url + path))?.status()).toBe(404)
      await page.locator('main h1').filter({ hasText: text }).waitFor()
    })
  }
})

test('a server that is away keeps the map, says since when, and is asked again by itself', async () => {
  const pages: [string, Page, Page][] = []
  for (const [look, options] of LOOKS) {
    const page = await stage.buyer(options)
    await openMap(page, stage.server, 'demo')
    const other = await stage.tab(page.context())
    await other.goto(stage.server.url)
    await other.locator('article.event').first().waitFor()
    await other.getByTestId('left').filter({ hasText: /\d/ }).first().waitFor()
    pages.push([look, page, other])
  }
  stage.away = true
  stage.provoked = /Failed to load resource/
  await stage.server.kill()
  for (const [look, page, other] of pages) {
    await page.locator('[data-testid=connection][data-state=reconnecting]').waitFor()
    await page.getByTestId('as-of').filter({ hasText: /\d:\d\d/ }).waitFor()
    await expect.poll(() => page.locator('.map-layer').evaluate((layer) => getComputedStyle(layer).filter)).toContain('grayscale(0.9)')
    await picture(page, `state-away-${look}`)
    await other.locator('article.event h2 a').first().click()
    await other.getByTestId('retry').waitFor()
    await picture(other, `state-away-first-${look}`)
  }
  await stage.server.start()
  for (const [, page, other] of pages) {
    await live(page)
    await live(other)
    expect(await page.getByTestId('as-of').count()).toBe(0)
  }
})

test('a device without a network is told of at once', async () => {
  stage.away = true
  stage.provoked = /ERR_INTERNET_DISCONNECTED/
  await shown('offline', async (page) => {
    await openMap(page, stage.server, 'demo')
    await page.context().setOffline(true)
    await page.locator('[data-testid=connection][data-state=offline]').waitFor()
    await page.getByTestId('as-of').waitFor()
  })
})

test('a session that is over is another guest, and says so', async () => {
  stage.provoked = /401/
  await shown('session', async (page) => {
    await page.addInitScript(() => {
      if (!sessionStorage.getItem('aged')) localStorage.setItem('jari.session', JSON.stringify({ token: 'of.another.time', expires_at: '2099-01-01T00:00:00.000Z', buyer: { id: 'gone' } }))
      sessionStorage.setItem('aged', 'yes')
    })
    await openMap(page, stage.server, 'demo')
    await page.getByTestId('bar-session').waitFor()
  })
})

test('a browser that keeps nothing is served, and told once', async () => {
  await shown('storage', async (page) => {
    await page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('refused', 'SecurityError') } })
    })
    await openMap(page, stage.server, 'demo')
    await page.getByTestId('bar-storage').waitFor()
  })
  const page = await stage.buyer()
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('refused', 'SecurityError') } })
  })
  await openMap(page, stage.server, 'demo')
  await page.getByTestId('bar-storage').getByRole('button').click()
  await takeBest(page, 2)
  await page.getByTestId('release-all').click()
  expect(await page.getByTestId('bar-storage').count()).toBe(0)
})

test('without scripts the page says what it needs, and what it is of', async () => {
  for (const [look, options] of LOOKS) {
    const page = await stage.buyer({ ...options, javaScriptEnabled: false })
    await page.goto(`${stage.server.url}/events/demo`)
    await page.getByText('Midnight in Seoul').first().waitFor()
    await picture(page, `state-no-script-${look}`)
  }
})

test('a page that is older than the server offers to reload, and keeps the hold', async () => {
  const age = async (page: Page) => {
    await page.routeWebSocket(/\/api\/v1\/socket$/, (socket) => {
      const server = socket.connectToServer()
      server.onMessage((frame) => {
        socket.send(frame.toString().replace(/"page":"[^"]*"/, '"page":"another"'))
      })
    })
  }
  await shown('old-page', async (page) => {
    await age(page)
    await openMap(page, stage.server, 'demo')
    await page.getByTestId('bar-old').waitFor()
  })
  const page = await stage.buyer(DESK)
  await age(page)
  await openMap(page, stage.server, 'demo')
  await takeBest(page, 2)
  const seats = page.locator('[data-testid^=held-]')
  const before = await seats.count()
  await page.evaluate(() => Object.assign(window, { same: true }))
  await page.getByTestId('bar-old').waitFor()
  await page.getByTestId('reload').click()
  await page.waitForFunction(() => !('same' in window))
  await expect.poll(() => seats.count()).toBe(before)
  await page.getByTestId('release-all').click()
})
