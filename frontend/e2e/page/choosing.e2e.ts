import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Guest } from '../guest'
import { clickSeat, freeSeats, lag, looks, openMap, openSeat, seatAt, setParty, takeBest, type Seat } from '../house'
import { PHONE, picture, useStage } from '../stage'

const stage = useStage()

/** Each test has rows of its own. */
const at = (row: string, number: number) => seatAt(stage.server, row, number)
const rowOf = async (row: string, numbers: number[]) => Promise.all(numbers.map((n) => at(row, n)))
const held = (page: Page) => page.locator('[data-testid^=held-]')

/** A buyer without a page holds seats. */
async function rival(seats: Seat[]): Promise<void> {
  await (await Guest.come(stage.server)).hold('demo', seats)
}

/** Where a seat is on the screen, by the keyboard's ring that a link to it puts there. */
async function spot(page: Page): Promise<{ x: number; y: number }> {
  const box = await page.locator('circle.ring.focus').boundingBox()
  if (!box) throw new Error('no ring marks the seat')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

describe('a party', () => {
  test('sits together by one click, is shown before, and gives back one by one', async () => {
    const three = await rowOf('B', [7, 8, 9])
    const page = await stage.buyer()
    await openSeat(page, stage.server, 'demo', await at('B', 8))
    const place = await spot(page)
    await setParty(page, 3)
    await page.mouse.move(place.x + 2, place.y)
    await expect.poll(() => page.locator('circle.preview').count()).toBe(3)
    await page.getByTestId('tip-party').filter({ hasText: '7–9' }).waitFor()
    await picture(page, 'party')
    await page.mouse.click(place.x, place.y)
    for (const seat of three) await looks(page, seat, 'mine')
    await expect.poll(() => held(page).count()).toBe(3)
    await page.getByTestId('book').filter({ hasText: 'Book 3 seats' }).waitFor()

    // Another tab of the same buyer agrees, remembers nothing of the party, and gives one back.
    const tab = await stage.tab(page.context())
    await openSeat(tab, stage.server, 'demo', await at('B', 8))
    await expect.poll(() => held(tab).count()).toBe(3)
    await clickSeat(tab)
    for (const p of [page, tab]) {
      await looks(p, await at('B', 8), 'available')
      await expect.poll(() => held(p).count()).toBe(2)
    }
    stage.provoked = /beforeunload/ // who holds seats is asked before the page goes
    await page.reload()
    await expect.poll(() => held(page).count()).toBe(2)
    stage.provoked = null
    expect(await page.getByTestId('party').textContent()).toBe('3')
    await page.getByTestId('release-all').click()
    for (const p of [page, tab]) await expect.poll(() => held(p).count()).toBe(0)
  })

  test('that does not fit is told so, and offered what is nearest or what there is', async () => {
    await rival(await rowOf('D', [6, 9]))
    const page = await stage.buyer()
    await openSeat(page, stage.server, 'demo', await at('D', 7))
    const place = await spot(page)
    await setParty(page, 3)
    await page.mouse.click(place.x, place.y)
    const message = page.getByTestId('toast')
    await message.filter({ hasText: 'Only 2 seats are free together here.' }).waitFor()
    expect(await held(page).count()).toBe(0)
    await expect.poll(() => page.locator('circle.preview').count()).toBe(3)
    await picture(page, 'party-short')
    await message.getByTestId('toast-other').click()
    for (const seat of await rowOf('D', [7, 8])) await looks(page, seat, 'mine')
  })
})

test('a seat that would be left alone is told of, and one click moves by one', async () => {
  await rival(await rowOf('F', [4]))
  const page = await stage.buyer()
  await openSeat(page, stage.server, 'demo', await at('F', 6))
  await clickSeat(page)
  const message = page.getByTestId('toast')
  await message.filter({ hasText: 'leaves a single seat alone: Row F, seat 5' }).waitFor()
  await picture(page, 'orphan')
  await message.getByTestId('toast-main').click()
  await looks(page, await at('F', 5), 'mine')
  await looks(page, await at('F', 6), 'available')

  // Never a refusal: the buyer may leave it so.
  await rival(await rowOf('H', [4]))
  await openSeat(page, stage.server, 'demo', await at('H', 6))
  await clickSeat(page)
  await message.getByTestId('toast-other').click()
  await looks(page, await at('H', 6), 'mine')
  await expect.poll(() => message.count()).toBe(0)
})

test('who was slower is told so, and has the nearest seat by one click', async () => {
  const seat = await at('N', 12)
  const page = await stage.buyer()
  await lag(page)
  await openSeat(page, stage.server, 'demo', seat)
  await rival([seat])
  await clickSeat(page)
  const message = page.getByTestId('toast').filter({ hasText: 'Someone was faster' })
  await message.waitFor()
  await looks(page, seat, 'held')
  await picture(page, 'faster')
  await message.getByTestId('toast-main').click()
  await expect.poll(() => held(page).count()).toBe(1)
  await looks(page, seat, 'held')
  const other = (await held(page).first().getAttribute('data-id')) ?? ''
  expect(other.startsWith('stalls-C:')).toBe(true)
})

test('filters dim the rest, count what is left, and bind the best seats, which are shown before they are taken', async () => {
  const page = await stage.buyer()
  await openMap(page, stage.server, 'demo')
  await page.getByTestId('filters').click()
  const left = page.getByTestId('filter-left')
  const number = async () => Number((await left.textContent())?.replace(/\D/g, ''))
  await expect.poll(number).toBeGreaterThan(2000)
  const all = await number()
  await page.getByTestId('category-s').click()
  await expect.poll(number).toBeLessThan(all)
  await page.getByTestId('filter-clear').click()
  await expect.poll(number).toBe(all)
  await page.getByTestId('price-to').press('ArrowLeft')
  await page.getByTestId('price-range').filter({ hasText: '150,000' }).waitFor()
  await expect.poll(number).toBeLessThan(all)
  await picture(page, 'filters')

  await setParty(page, 2)
  await page.getByTestId('best').click()
  const seats = page.getByTestId('proposal-seats')
  await seats.first().waitFor()
  const first = await seats.allTextContents()
  expect(first.join()).toContain('₩150,000 × 2')
  await expect.poll(() => page.locator('circle.preview').count()).toBe(2)
  expect(await held(page).count()).toBe(0)
  await picture(page, 'proposal')
  await page.getByTestId('best-others').click()
  await expect.poll(() => seats.allTextContents()).not.toEqual(first)
  await page.getByTestId('best-take').click()
  await expect.poll(() => held(page).count()).toBe(2)
  expect(await page.getByTestId('total').getAttribute('data-amount')).toBe('300000')
  await page.getByTestId('proposal').waitFor({ state: 'detached' })
  await page.getByTestId('release-all').click()

  // A place for a wheelchair, and who comes along.
  await page.getByTestId('filter-clear').click()
  await page.getByTestId('filter-accessible').check()
  await takeBest(page, 2)
  await page.getByText('Companion seat', { exact: false }).first().waitFor()
})

test('a phone has seats, time and the button in sight with the sheet folded, and places by count', async () => {
  const page = await stage.buyer(PHONE)
  await openSeat(page, stage.server, 'demo', await at('P', 8))
  const place = await spot(page)
  await setParty(page, 2)
  await page.touchscreen.tap(place.x, place.y)
  await page.getByTestId('book').filter({ hasText: 'Book 2 seats' }).waitFor()
  const seen = (name: string) => page.getByTestId(name).evaluate((e) => e.getBoundingClientRect().bottom <= window.innerHeight && e.checkVisibility())
  for (const name of ['countdown', 'book', 'total', 'party', 'best']) expect([name, await seen(name)]).toEqual([name, true])
  await page.getByTestId('sheet').filter({ hasText: 'Row P, seats' }).waitFor()
  await picture(page, 'folded-phone')
  await page.getByTestId('sheet').tap()
  await page.getByTestId('take-standing').tap()
  await page.getByTestId('book').filter({ hasText: 'Book 3 seats' }).waitFor()
  await picture(page, 'open-phone')
  await page.getByTestId('back-standing').tap()
  await page.getByTestId('book').filter({ hasText: 'Book 2 seats' }).waitFor()
})

test('a hold ends in sight, and is taken again by one click', async () => {
  const event = await stage.server.createEvent('Short', 5)
  const [seat] = await freeSeats(stage.server, event, 1)
  if (!seat) throw new Error('sold out')
  const page = await stage.buyer()
  await openSeat(page, stage.server, event, seat)
  await clickSeat(page)
  await page.getByTestId('again').waitFor()
  await page.getByTestId('toast').filter({ hasText: 'Your time ran out' }).waitFor()
  await looks(page, seat, 'available')
  await picture(page, 'expired')
  await page.getByTestId('again').click()
  await page.getByTestId(`held-${seat.id}`).waitFor()
})

test('a hold is kept longer up to the ceiling, and then the page says why not', async () => {
  const event = await stage.server.createEvent('Kept', 600, 602)
  const [seat] = await freeSeats(stage.server, event, 1)
  if (!seat) throw new Error('sold out')
  const page = await stage.buyer()
  await openSeat(page, stage.server, event, seat)
  await clickSeat(page)
  await page.getByTestId('countdown').waitFor()
  const extend = page.getByTestId('extend')
  await extend.filter({ hasText: /Up to \d/ }).waitFor()
  // The ceiling is two seconds off: some press reaches it.
  await expect.poll(async () => {
    if ((await extend.count()) > 0) await extend.click({ timeout: 500 }).catch(() => undefined)
    return page.getByTestId('ceiling').count()
  }).toBe(1)
  const hold = await page.evaluate(async (path) => {
    const { token } = JSON.parse(localStorage.getItem('jari.session') ?? '{}') as { token?: string }
    const answer = await fetch(path, { headers: { Authorization: `Bearer ${token}` } })
    return ((await answer.json()) as { hold: { expires_at: string } }).hold
  }, `/api/v1/events/${event}/hold`)
  expect(hold).toMatchObject({ extendable: false, ceiling_at: hold.expires_at })
  await page.getByTestId('ceiling').press('Enter')
  await page.getByTestId('toast').filter({ hasText: 'cannot be extended any further' }).waitFor()
})
