import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { clickSeat, freeSeats, lag, live, lookOf, looks, openMap, openSeat } from './house'
import { picture, useStage } from './stage'

const stage = useStage()

const toast = (page: Page) => page.getByTestId('toast')

describe('two buyers at one map', () => {
  test('one holds a seat, the other sees it, and sees it come back', async () => {
    const [seat] = await freeSeats(stage.server, 'demo', 1)
    if (!seat) throw new Error('sold out')
    const [one, other] = [await stage.buyer(), await stage.buyer()]
    await openSeat(one, stage.server, 'demo', seat)
    await openMap(other, stage.server, 'demo')
    await looks(other, seat, 'available')

    await clickSeat(one)
    await looks(one, seat, 'mine')
    await looks(other, seat, 'held')
    await one.getByTestId(`held-${seat.id}`).waitFor()
    await one.getByTestId('countdown').waitFor()
    await picture(one, 'holding')

    await one.getByTestId(`held-${seat.id}`).getByRole('button').click()
    await looks(one, seat, 'available')
    await looks(other, seat, 'available')
  })

  test('both click one seat: one has it, the other is told why not', async () => {
    const [seat] = await freeSeats(stage.server, 'demo', 1)
    if (!seat) throw new Error('sold out')
    const pages = [await stage.buyer(), await stage.buyer()]
    for (const page of pages) {
      await lag(page)
      await openSeat(page, stage.server, 'demo', seat)
    }
    await Promise.all(pages.map(clickSeat))

    // Both were shown their wish at once; what counts is where they end.
    await expect.poll(async () => (await Promise.all(pages.map((p) => lookOf(p, seat)))).sort()).toEqual(['held', 'mine'])
    const [first, second] = pages
    if (!first || !second) throw new Error('two pages')
    const [winner, loser] = (await lookOf(first, seat)) === 'mine' ? [first, second] : [second, first]
    await toast(loser).filter({ hasText: 'Someone was faster' }).waitFor()
    await picture(loser, 'refused')
    expect(await toast(winner).count()).toBe(0)
    await winner.getByTestId(`held-${seat.id}`).waitFor()
    expect(await loser.getByTestId(`held-${seat.id}`).count()).toBe(0)
  })

  test('a hold runs out and both see the seat free', async () => {
    const event = await stage.server.createEvent('Short holds', 4)
    const [seat] = await freeSeats(stage.server, event, 1)
    if (!seat) throw new Error('sold out')
    const [one, other] = [await stage.buyer(), await stage.buyer()]
    await openSeat(one, stage.server, event, seat)
    await openMap(other, stage.server, event)
    await clickSeat(one)
    await looks(other, seat, 'held')

    await looks(other, seat, 'available')
    await looks(one, seat, 'available')
    await one.getByTestId('ended').waitFor()
    await picture(one, 'ended')
  })

  test("a buyer's other tab shows the hold too", async () => {
    const [seat] = await freeSeats(stage.server, 'demo', 1)
    if (!seat) throw new Error('sold out')
    const one = await stage.buyer()
    await openSeat(one, stage.server, 'demo', seat)
    await clickSeat(one)
    await looks(one, seat, 'mine')
    const tab = await stage.tab(one.context())
    await openMap(tab, stage.server, 'demo')
    await looks(tab, seat, 'mine')
    await tab.getByTestId(`held-${seat.id}`).getByRole('button').click()
    await looks(one, seat, 'available')
  })

  test('a page whose server goes away says so and comes back by itself', async () => {
    const [seat] = await freeSeats(stage.server, 'demo', 1)
    if (!seat) throw new Error('sold out')
    const page = await stage.buyer()
    await openMap(page, stage.server, 'demo')
    stage.away = true
    await stage.server.kill()
    await page.locator('[data-testid=connection]:not([data-state=live])').waitFor()
    await picture(page, 'away')
    await stage.server.start()
    await live(page)
    stage.away = false
    await looks(page, seat, 'available')

    const other = await stage.buyer()
    await openSeat(other, stage.server, 'demo', seat)
    await clickSeat(other)
    await looks(page, seat, 'held')
  })
})
