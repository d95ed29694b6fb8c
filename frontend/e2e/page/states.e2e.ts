import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { violations, withAxe } from '../axe'
import { Guest } from '../guest'
import { freeSeats, live, looks, openMap, openSeat, takeBest } from '../house'
import { DESK, PHONE, picture, useStage } from '../stage'

/** What buyers see when not all is as usual: each state in both sizes, in both languages, light and dark, and nothing that axe finds wrong. */
const stage = useStage()

const LOOKS = [
  ['phone-ko', { ...PHONE, locale: 'ko-KR', colorScheme: 'dark' }],
  ['desk-en', { ...DESK, locale: 'en-GB' }],
] as const

const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+/, '')

/** Has a page in each look, both at once. */
async function each<T>(act: (page: Page, look: string) => Promise<T>): Promise<[T, T]> {
  const on = async ([look, options]: (typeof LOOKS)[number]) => act(await withAxe(await stage.buyer(options)), look)
  return Promise.all([on(LOOKS[0]), on(LOOKS[1])])
}

/** Keeps what a state looks like, of which axe has nothing to say. */
async function keep(page: Page, look: string, state: string): Promise<void> {
  await picture(page, `state-${state}-${look}`)
  expect(await violations(page), `${state} ${look}`).toEqual([])
}

/** Shows a state to both. */
async function shown(state: string, act: (page: Page) => Promise<void>): Promise<[Page, Page]> {
  return each(async (page, look) => {
    await act(page)
    await keep(page, look, state)
    return page
  })
}

/** One row of so few seats that one buyer can have them all. */
const closet = JSON.stringify({
  name: 'Closet',
  categories: [{ name: 'Only', color: '#b5179e' }],
  zones: [{ name: 'Room', zone_id: 'room', uuid: 'z', position: { x: 0, y: 0 }, rows: [{ row_number: 'A', uuid: 'r', position: { x: 20, y: 40 }, seats: [1, 2].map((n) => ({ seat_guid: `A-${n}`, seat_number: String(n), uuid: `s${n}`, position: { x: n * 12, y: 0 }, category: 'Only' })) }] }],
})

describe('an event', () => {
  const phase = (page: Page) => page.getByTestId('phase')
  const visit = (page: Page, event: string) => page.goto(`${stage.server.url}/events/${event}`)
  const drawn = (page: Page) => page.locator('[data-testid=seat-map][data-ready]').waitFor()

  test('that is paused or has ended says so, with its map', async () => {
    const states = [['paused', 'pause'], ['ended', 'close']] as const
    for (const [state, verb] of states) {
      await stage.server.operate('create', '--venue', 'demo', '--title', `It is ${state}`, '--id', state)
      await stage.server.operate(verb, state)
    }
    await each(async (page, look) => {
      for (const [state] of states) {
        await visit(page, state)
        await page.locator(`[data-testid=phase][data-phase=${state}]`).waitFor()
        await drawn(page)
        await keep(page, look, state)
      }
    })
  })

  test('that is sold out says so, and is on sale again when seats are given back', async () => {
    await stage.server.importVenue('closet', closet)
    const event = await stage.server.operate('create', '--venue', 'closet', '--title', 'The last two seats', '--id', 'closet')
    const holder = await Guest.come(stage.server)
    await holder.holdBest(event, 2)
    const booking = await holder.booked(event)
    const pages = await shown('sold-out', async (page) => {
      await visit(page, event)
      await page.locator('[data-testid=phase][data-phase=sold_out]').waitFor()
    })
    await holder.cancel(booking)
    for (const page of pages) await phase(page).waitFor({ state: 'detached' })
  })

  test('that is not yet on sale counts down with its map, and opens by itself, also when no socket comes through', async () => {
    const began = Date.now()
    const create = (id: string, opens: string) => stage.server.operate('create', '--venue', 'demo', '--title', 'It is not yet on sale', '--id', id, '--opens-at', opens)
    await create('early', soon(2 * 86_400 + 3_600))
    await shown('upcoming', async (page) => {
      await visit(page, 'early')
      await page.getByTestId('opens-in').filter({ hasText: /2.+\d\d:\d\d/ }).waitFor()
      await drawn(page)
    })
    // All that took longer than to open two pages will: so they are there before the sale.
    await create('soon', soon(2 + (Date.now() - began) / 1000))
    const [page, deaf] = [await stage.buyer(), await stage.buyer()]
    await deaf.routeWebSocket(/\/api\/v1\/socket$/, (socket) => socket.close({ code: 4003 }))
    await Promise.all([page, deaf].map(async (one) => {
      await visit(one, 'soon')
      await one.getByTestId('opens-in').filter({ hasText: /0\d:\d\d/ }).waitFor()
      await one.evaluate(() => Object.assign(window, { same: true }))
    }))
    for (const one of [page, deaf]) {
      await phase(one).waitFor({ state: 'detached' })
      expect(await one.evaluate(() => 'same' in window)).toBe(true)
    }
  })

  test('of which a buyer has all they may have says so at the next seat, and when it is asked for', async () => {
    const why = /^You have as many seats as one person may have for this event\. Give one back to choose this one\.$|^이 공연에서/
    await shown('cap', async (page) => {
      // Each an event of their own, for what is best for one is best for the other.
      const event = await stage.server.operate('create', '--venue', 'demo', '--title', 'Two for each', '--id', `two-${page.viewportSize()?.width}`, '--max-seats', '2')
      const [seat] = await freeSeats(stage.server, event, 1)
      if (!seat) throw new Error('sold out')
      await openSeat(page, stage.server, event, seat)
      await takeBest(page, 2)
      const stand = page.locator('[data-testid=map-stand]:not([hidden])')
      await stand.focus()
      await page.getByTestId('tip-why').filter({ hasText: why }).waitFor()
      expect(await stand.getAttribute('aria-description')).toMatch(why)
      await page.keyboard.press('Enter')
      await page.getByTestId('toast').filter({ hasText: /at most 2|최대 2/ }).waitFor()
      expect(await page.locator('[data-testid^=held-]').count()).toBe(2)
    })
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
  await each(async (page, look) => {
    for (const [state, path, text] of [['no-event', '/events/nowhere', /찾을 수 없는 공연|do not know this event/], ['no-page', '/nowhere', /페이지를 찾을|Nothing here/]] as const) {
      expect((await page.goto(stage.server.url + path))?.status()).toBe(404)
      await page.locator('main h1').filter({ hasText: text }).waitFor()
      await keep(page, look, state)
    }
  })
})

test('a server that is away keeps the map, says since when, and is asked again by itself', async () => {
  const pages = await each(async (page, look) => {
    await openMap(page, stage.server, 'demo')
    const other = await withAxe(await stage.tab(page.context()))
    await other.goto(stage.server.url)
    await other.locator('article.event').first().waitFor()
    await other.getByTestId('left').filter({ hasText: /\d/ }).first().waitFor()
    return { look, page, other }
  })
  stage.away = true
  stage.provoked = /Failed to load resource/
  await stage.server.kill()
  await Promise.all(pages.map(async ({ look, page, other }) => {
    await page.locator('[data-testid=connection][data-state=reconnecting]').waitFor()
    await page.getByTestId('as-of').filter({ hasText: /\d:\d\d/ }).waitFor()
    await expect.poll(() => page.locator('.map-layer').evaluate((layer) => getComputedStyle(layer).filter)).toContain('grayscale(0.9)')
    await keep(page, look, 'away')
    await other.locator('article.event h2 a').first().click()
    await other.getByTestId('retry').waitFor()
    await keep(other, look, 'away-first')
  }))
  await stage.server.start()
  await Promise.all(pages.map(async ({ page, other }) => {
    await live(page)
    await live(other)
    expect(await page.getByTestId('as-of').count()).toBe(0)
  }))
})

test('a server that sends a page away for good is not live any more', async () => {
  await shown('not-live', async (page) => {
    await page.routeWebSocket(/\/api\/v1\/socket$/, (socket) => socket.close({ code: 4500 }))
    await page.goto(`${stage.server.url}/events/demo`)
    await page.locator('[data-testid=connection][data-state=closed]').waitFor()
  })
})

test('where no socket comes through the map is as of a time, says so, and follows', async () => {
  const [seat] = await freeSeats(stage.server, 'demo', 1)
  if (!seat) throw new Error('sold out')
  const page = await stage.buyer(PHONE)
  await page.routeWebSocket(/\/api\/v1\/socket$/, (socket) => socket.close({ code: 4003 }))
  await page.goto(`${stage.server.url}/events/demo?zone=${seat.zone}&seat=${encodeURIComponent(seat.id)}`)
  await looks(page, seat, 'available')
  await page.getByTestId('as-of').filter({ hasText: /\d:\d\d/ }).waitFor()
  await expect.poll(() => page.locator('.map-layer').evaluate((layer) => getComputedStyle(layer).filter)).toContain('grayscale(0.9)')
  const rival = await Guest.come(stage.server)
  await rival.hold('demo', [seat])
  await looks(page, seat, 'held')
  await picture(page, 'state-no-socket-phone')
})

test('a device without a network is told of at once', async () => {
  stage.away = true
  stage.provoked = /ERR_INTERNET_DISCONNECTED|preload assets/ // the last is axe's, which reads style sheets once more
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
  const [, page] = await shown('storage', async (page) => {
    await page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('refused', 'SecurityError') } })
    })
    await openMap(page, stage.server, 'demo')
    await page.getByTestId('bar-storage').waitFor()
  })
  await page.getByTestId('bar-storage').getByRole('button').click()
  await takeBest(page, 2)
  await page.getByTestId('release-all').click()
  expect(await page.getByTestId('bar-storage').count()).toBe(0)
})

test('without scripts the page says what it needs, and what it is of', async () => {
  stage.provoked = /preloaded using link preload but not used/ // styles of what only scripts draw
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
  const [, page] = await shown('old-page', async (page) => {
    await age(page)
    await openMap(page, stage.server, 'demo')
    await page.getByTestId('bar-old').waitFor()
  })
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
