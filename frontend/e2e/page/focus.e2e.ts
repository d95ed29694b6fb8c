import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { Guest } from '../guest'
import { freeSeats, lag, live, looks, openSeat, seatAt, type Seat } from '../house'
import { useStage } from '../stage'

/** Where the keyboard is on the map survives what happens there. */
const stage = useStage()

const level = (page: Page) => page.getByTestId('seat-map').getAttribute('data-level')

/** The focus is in the map, on what stands for the seat, which is named so; the ring is there too, and in view. */
async function isAt(page: Page, seat: Seat, name: RegExp): Promise<void> {
  const where = () => page.evaluate(() => {
    const map = document.querySelector<HTMLElement>('[data-testid=seat-map]')
    const has = document.activeElement
    const [ring, stand, view] = [document.querySelector('circle.ring.focus:not(.hidden)'), has, map].map((e) => e?.getBoundingClientRect())
    if (!map || !has || !ring || !stand || !view) return null
    const [x, y] = [ring.x + ring.width / 2, ring.y + ring.height / 2]
    return {
      inMap: map !== has && map.contains(has),
      seat: map.dataset.seatFocus,
      name: has.ariaLabel ?? '',
      ringOnIt: Math.hypot(x - stand.x - stand.width / 2, y - stand.y - stand.height / 2) < 2,
      inView: x > view.left && x < view.right && y > view.top && y < view.bottom,
    }
  })
  await expect.poll(where).toEqual({ inMap: true, seat: seat.id, name: expect.stringMatching(name) as string, ringOnIt: true, inView: true })
}

test('the focus stays on its seat when others take it, a refusal comes, the connection goes, and the map is drawn anew', async () => {
  const [first, second] = [await seatAt(stage.server, 'P', 8), await seatAt(stage.server, 'P', 9)]
  const rival = await Guest.come(stage.server)
  const page = await stage.buyer()
  await lag(page)
  await openSeat(page, stage.server, 'demo', first)
  await isAt(page, first, /row P, seat 8, .*Available$/)

  // Refused, for another was faster; then that one takes the next seat under the buyer's eyes.
  await rival.hold('demo', [first])
  await page.keyboard.press('Enter')
  await page.getByTestId('toast').filter({ hasText: 'Someone was faster' }).waitFor()
  await isAt(page, first, /Held by someone else$/)
  await page.keyboard.press('ArrowRight')
  await isAt(page, second, /row P, seat 9, .*Available$/)
  await rival.hold('demo', [second])
  await isAt(page, second, /Held by someone else$/)

  stage.away = true
  await stage.server.kill()
  await page.locator('[data-testid=connection][data-state=reconnecting]').waitFor()
  await isAt(page, second, /row P, seat 9/)
  await stage.server.start()
  await live(page)
  stage.away = false
  await isAt(page, second, /row P, seat 9/)

  const near = await level(page)
  for (const key of ['+', '+', '-', '-', '-']) {
    await page.keyboard.press(key)
    await isAt(page, second, /row P, seat 9/)
  }
  await expect.poll(() => level(page)).not.toBe(near)
  await isAt(page, second, /row P, seat 9/)

  // The map is moved elsewhere meanwhile: who comes back to it finds the place in view.
  await page.getByTestId('zone-picker').click()
  await page.getByTestId('zone-search').fill('balcony centre')
  await page.getByTestId('zone-search').press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByTestId('seat-list-open').focus()
  await page.locator('[data-testid=map-stand]:not([hidden])').focus()
  await isAt(page, second, /row P, seat 9/)
})

test('the focus stays on its seat when the hold expires', async () => {
  const event = await stage.server.createEvent('Short', 4)
  const [seat] = await freeSeats(stage.server, event, 1)
  if (!seat) throw new Error('sold out')
  const page = await stage.buyer()
  await openSeat(page, stage.server, event, seat)
  await page.keyboard.press('Enter')
  await looks(page, seat, 'mine')
  await isAt(page, seat, /Your seat$/)
  await page.getByTestId('again').waitFor()
  await isAt(page, seat, /Available$/)
})
