import type { Page, WebSocketRoute } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { clickSeat, freeSeats, live, looks, openSeat } from './house'
import { useStage } from './stage'

const stage = useStage()

async function seats(event: string, count: number) {
  return freeSeats(stage.server, event, count)
}

/** Keeps messages of a type on their way to the server until the returned function lets them go. */
async function delay(page: Page, type: string): Promise<() => void> {
  const waiting: (() => void)[] = []
  let open = false
  await page.routeWebSocket(/\/socket$/, (ws) => {
    const server = ws.connectToServer()
    ws.onMessage((message) => {
      if (!open && message.toString().includes(`"type":"${type}"`)) waiting.push(() => server.send(message))
      else server.send(message)
    })
    server.onMessage((message) => ws.send(message))
  })
  return () => {
    open = true
    for (const send of waiting) send()
  }
}

const rows = (page: Page) => page.locator('[data-testid^=held-]')

describe('a browser that opens two tabs at once', () => {
  test('is one buyer, and either tab may book', async () => {
    const [first, second] = await seats('demo', 2)
    if (!first || !second) throw new Error('sold out')
    const one = await stage.buyer()
    const other = await stage.tab(one.context())
    await Promise.all([openSeat(one, stage.server, 'demo', first), openSeat(other, stage.server, 'demo', second)])
    await clickSeat(one)
    await looks(other, first, 'mine')
    await clickSeat(other)
    await looks(one, second, 'mine')
    await other.getByTestId('book').click()
    await other.getByTestId('booking-status').filter({ hasText: 'Confirmed' }).waitFor()
    await looks(one, first, 'owned')
    await expect.poll(() => rows(one).count()).toBe(0)
    expect(await one.getByTestId('ended').count()).toBe(0)
  })
})

describe('a booking', () => {
  test('waits for a seat that is on its way back, and is of the others', async () => {
    const [first, second] = await seats('demo', 2)
    if (!first || !second) throw new Error('sold out')
    const page = await stage.buyer()
    const letGo = await delay(page, 'release')
    await openSeat(page, stage.server, 'demo', first)
    await clickSeat(page)
    await page.getByTestId(`held-${first.id}`).waitFor()
    await openSeat(page, stage.server, 'demo', second)
    await clickSeat(page)
    await expect.poll(() => rows(page).count()).toBe(2)
    await expect.poll(() => page.getByTestId('book').isEnabled()).toBe(true)
    await page.getByTestId(`held-${first.id}`).getByRole('button').click()
    await looks(page, first, 'available')
    expect(await page.getByTestId('book').isEnabled()).toBe(false)
    letGo()
    await page.getByTestId('book').click()
    await page.getByTestId('booking-status').filter({ hasText: 'Confirmed' }).waitFor()
    await openSeat(page, stage.server, 'demo', second)
    await looks(page, second, 'owned')
    await looks(page, first, 'available')
  })

  test('whose answer was lost never takes seats that were chosen later', async () => {
    const [first, second] = await seats('demo', 2)
    if (!first || !second) throw new Error('sold out')
    const page = await stage.buyer()
    let away = true
    await page.route('**/events/demo/bookings', (r) =>
      away ? r.fulfill({ status: 503, headers: { 'Retry-After': '1', 'Content-Type': 'application/problem+json' }, body: '{"code":"unavailable"}' }) : r.continue(),
    )
    await openSeat(page, stage.server, 'demo', first)
    await clickSeat(page)
    await page.getByTestId(`held-${first.id}`).waitFor()
    stage.away = true
    stage.provoked = /status of 422/
    await page.getByTestId('book').click()
    await page.getByTestId('book').filter({ hasText: 'No answer yet' }).waitFor()
    await page.getByTestId(`held-${first.id}`).getByRole('button').click()
    await looks(page, first, 'available')
    await openSeat(page, stage.server, 'demo', second)
    await clickSeat(page)
    await page.getByTestId(`held-${second.id}`).waitFor()
    away = false
    await page.getByTestId('toast').filter({ hasText: 'Your seats changed meanwhile' }).waitFor()
    await looks(page, second, 'mine')
    await page.getByTestId('book').click()
    await page.getByTestId('booking-status').filter({ hasText: 'Confirmed' }).waitFor()
    await openSeat(page, stage.server, 'demo', second)
    await looks(page, second, 'owned')
    await looks(page, first, 'available')
  })
})

test('a hold that ran out while nothing came through is told as such', async () => {
  const event = await stage.server.createEvent('Away', 4)
  const [seat] = await seats(event, 1)
  if (!seat) throw new Error('sold out')
  const page = await stage.buyer()
  const sockets: WebSocketRoute[] = []
  let away = false
  await page.routeWebSocket(/\/socket$/, (ws) => {
    if (away) {
      void ws.close({ code: 1001 })
      return
    }
    sockets.push(ws)
    ws.connectToServer()
  })
  await page.route(`**/events/${event}/hold`, (r) => (away && r.request().method() === 'GET' ? r.fulfill({ status: 503, body: '{"code":"unavailable"}' }) : r.continue()))
  await openSeat(page, stage.server, event, seat)
  stage.away = away = true
  for (const socket of sockets) await socket.close({ code: 1001 })
  await page.locator('[data-testid=connection][data-state=reconnecting]').waitFor()
  await clickSeat(page)
  await page.getByTestId('countdown').filter({ hasText: 'Checking' }).waitFor()
  away = false
  await page.getByTestId('ended').filter({ hasText: 'Your time ran out' }).waitFor()
  await live(page)
  await looks(page, seat, 'available')
})
