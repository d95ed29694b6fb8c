import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { violations, withAxe } from '../axe'
import { Guest } from '../guest'
import { clickSeat, openMap, openSeat, seatAt } from '../house'
import { SIZES, useStage } from '../stage'

/** What axe finds in the buyer's pages on the way; the states that are seldom are in states.e2e.ts. */
const stage = useStage()

/** Has the server tell another state of every booking, which in truth lasts an instant or cannot be provoked. */
async function pretend(page: Page, status: string, more: object = {}): Promise<void> {
  await page.route(/\/api\/v1\/bookings\/[^/]+$/, async (route) => {
    const answer = await route.fetch()
    const { booking } = (await answer.json()) as { booking: object }
    await route.fulfill({ response: answer, json: { booking: { ...booking, status, ...more } } })
  })
}

const fineOn = (page: Page) => async (state: string) => {
  expect(await violations(page), state).toEqual([])
}
/** On a phone a dialog is an entry of the history, which is stepped back from before the page goes on. */
const settled = (page: Page) => expect.poll(() => page.evaluate(() => (history.state as { layers?: string[] }).layers?.length ?? 0)).toBe(0)

describe.each(SIZES)('on a %s axe finds nothing wrong', (size, options) => {
  const phone = size === 'phone'
  const visitor = async () => withAxe(await stage.buyer(options))

  test('while one chooses', async () => {
    const page = await visitor()
    const fine = fineOn(page)
    await page.goto(stage.server.url)
    await page.locator('article.event').first().waitFor()
    await fine('events')
    await openMap(page, stage.server, 'demo')
    await fine('the whole house')
    await page.getByTestId('seat-map').focus()
    // On a phone the house is seen by its zones, the standing room in the middle: the one beside it has seats.
    for (const key of phone ? ['ArrowRight', 'ArrowRight', 'Enter'] : ['ArrowRight']) await page.keyboard.press(key)
    await page.locator('circle.ring.focus:not(.hidden)').waitFor()
    await fine('a seat under the keyboard')
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await fine('help')
    await page.getByTestId('help-list').click()
    await page.locator('[data-testid=seat-list] [data-seat]').first().waitFor()
    await fine('the list')
    await page.locator('[data-testid=seat-list] [data-state=available]').first().click()
    await page.locator('[data-testid=seat-list] [data-state=mine]').first().waitFor()
    if (phone) await page.getByTestId('sheet').click()
    await page.getByRole('button', { name: 'Name and e-mail' }).click()
    await page.getByLabel('E-mail').fill('nobody')
    await fine('a hold')
    await page.getByTestId('book').click()
    await page.getByText('does not look like').waitFor()
    await fine('a field that is wrong')
  })

  test('when the page asks, or advises', async () => {
    const row = phone ? 'R' : 'S' // far from what is best
    await (await Guest.come(stage.server)).hold('demo', [await seatAt(stage.server, row, 4)])
    const page = await visitor()
    const fine = fineOn(page)
    await openSeat(page, stage.server, 'demo', await seatAt(stage.server, row, 6))
    await clickSeat(page)
    await page.getByTestId('toast').filter({ hasText: 'leaves a single seat alone' }).waitFor()
    await fine('a seat that would be left alone')
    await page.getByTestId('toast-other').click()
    await page.locator('[data-testid^=held-]').waitFor({ state: 'attached' })
    await page.locator(phone ? '[data-testid=to-events]' : 'header a[href="/"]').first().click()
    await page.getByTestId('leave').waitFor()
    await fine('leaving with a seat')
    await page.getByTestId('leave-release').click()
    await page.locator('article.event').first().waitFor()
  })

  test('about bookings', async () => {
    const page = await visitor()
    const fine = fineOn(page)
    await page.goto(`${stage.server.url}/bookings`)
    await page.locator('main h2').first().waitFor()
    await fine('no bookings')
    await openMap(page, stage.server, 'demo')
    await page.getByTestId('filters').click()
    await page.getByTestId('best').click()
    await page.getByTestId('proposal').waitFor()
    await fine('filters, and a proposal')
    await page.getByTestId('best-take').click()
    await page.locator('[data-testid^=held-]').first().waitFor({ state: 'attached' })
    await page.getByTestId('book').click()
    const status = async (text: string) => {
      await page.getByTestId('booking-status').filter({ hasText: text }).first().waitFor()
      await page.getByTestId('booking-total').waitFor() // the last that is made of a ticket
    }
    await status('Confirmed')
    await fine('confirmed')
    await page.getByTestId('cancel').click()
    await page.getByRole('dialog').waitFor()
    await fine('the question before a cancel')
    await page.keyboard.press('Escape')
    await settled(page)
    await page.goto(`${stage.server.url}/bookings`)
    await page.locator('article.booking').first().waitFor()
    await fine('bookings')
    const own = await page.locator('article.booking a').first().getAttribute('href')
    for (const [state, text, more] of [
      ['pending', 'Being confirmed', {}],
      ['rejected', 'Not confirmed', { reason: 'seat_unavailable' }],
      ['cancelled', 'Cancelled', {}],
    ] as const) {
      await page.unrouteAll({ behavior: 'wait' }) // the page asks again while a booking is pending
      await pretend(page, state, more)
      await page.goto(`${stage.server.url}${own}`)
      await status(text)
      await fine(state)
    }
  })

  test('when something is amiss', async () => {
    const page = await visitor()
    const fine = async (state: string) => {
      await page.locator('h1').first().waitFor()
      expect(await violations(page), state).toEqual([])
    }
    stage.provoked = /status of (404|503)/
    await page.goto(`${stage.server.url}/bookings/nothing`)
    await fine('no such booking')
    await page.goto(`${stage.server.url}/privacy`)
    await fine('privacy')
    await page.route(/\/api\/v1\/bookings/, (route) => route.fulfill({ status: 503, json: { code: 'unavailable', title: 'unavailable', status: 503 }, headers: { 'content-type': 'application/problem+json', 'retry-after': '1' } }))
    await page.goto(`${stage.server.url}/bookings`)
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    await fine('a server that is away')
  })
})

test('axe finds nothing wrong when the time is over, on a phone and on a desk', async () => {
  await Promise.all(SIZES.map(async ([size, options]) => {
    const event = await stage.server.createEvent(`Short on a ${size}`, 5)
    const page = await withAxe(await stage.buyer(options))
    await openMap(page, stage.server, event)
    await page.getByTestId('best').click()
    await page.getByTestId('best-take').click()
    await page.getByTestId('ended').waitFor()
    expect(await violations(page)).toEqual([])
  }))
})
