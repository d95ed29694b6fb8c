import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Guest } from '../guest'
import { clickSeat, freeSeats, looks, openMap, openSeat, takeBest, tooSmall, zoomsIn } from '../house'
import { PHONE, picture, useStage } from '../stage'

const stage = useStage()

/** Nothing sticks out to the side. */
async function fits(page: Page): Promise<void> {
  const [inner, wide] = await page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth] as const)
  expect(wide).toBeLessThanOrEqual(inner)
}

describe.each([
  ['desk', {}],
  ['phone', PHONE],
] as const)('on a %s', (size, options) => {
  test.each([
    ['en', 'en-GB', 'Your bookings|My bookings|Bookings', 'Book'],
    ['ko', 'ko-KR', '내 예매', '예매'],
  ])('the pages speak %s', async (language, locale, bookings, book) => {
    const page = await stage.buyer({ ...options, locale })
    await page.goto(stage.server.url)
    await page.locator('article.event .poster .zone').first().waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe(language)
    await fits(page)
    await picture(page, `events-${size}-${language}`)

    await page.locator('article.event h2 a').first().click()
    await openMap(page, stage.server, 'demo')
    await expect.poll(() => page.getByTestId('book').textContent()).toContain(book)
    await fits(page)
    await picture(page, `event-${size}-${language}`)

    await page.goto(`${stage.server.url}/bookings`)
    await expect.poll(() => page.locator('h1').textContent()).toMatch(new RegExp(bookings))
    await fits(page)
    await picture(page, `bookings-${size}-${language}`)

    stage.provoked = /status of 404/
    const missing = await page.goto(`${stage.server.url}/nowhere/at/all`)
    expect(missing?.status()).toBe(404)
    await page.locator('main h1').waitFor()
    await fits(page)
    await picture(page, `missing-${size}-${language}`)
  })
})

test('a long name of a category leaves room for its numbers', async () => {
  const page = await stage.buyer()
  await openMap(page, stage.server, 'demo')
  const line = page.locator('[data-testid^=category-]').first()
  const height = () => line.locator('small.figures').evaluate((figures: HTMLElement) => figures.offsetHeight)
  await expect.poll(height).toBeGreaterThan(0)
  const before = await height()
  const sticksOut = async (name: string) => {
    await line.locator('b').first().evaluate((element, text) => (element.textContent = text), name)
    return line.evaluate((button: HTMLElement) => button.scrollWidth > button.clientWidth)
  }
  for (const name of ['a name of many short words that goes on and on and on', 'W'.repeat(100), '<i>onmouseover=alert(3)>category</i>']) {
    expect(await sticksOut(name)).toBe(false)
    expect(await height()).toBe(before)
  }
})

test('the page lets only its own files run, and does nothing that this forbids', async () => {
  const page = await stage.buyer()
  await page.addInitScript(() => {
    const violations: string[] = []
    Object.assign(window, { violations })
    document.addEventListener('securitypolicyviolation', (event) => violations.push(`${event.effectiveDirective} ${event.blockedURI}`))
  })
  const violations = () => page.evaluate(() => (window as unknown as { violations: string[] }).violations)
  const answer = await page.goto(`${stage.server.url}/events/demo`)
  const policy = answer?.headers()['content-security-policy'] ?? ''
  expect(policy).toContain("script-src 'self';")
  expect(policy).not.toContain('unsafe')
  expect(policy).toContain("frame-ancestors 'none'")
  await openMap(page, stage.server, 'demo')
  await takeBest(page, 2)
  await page.getByTestId('seat-list-open').click()
  await page.locator('[data-testid=seat-list] [data-seat]').first().waitFor()
  await page.getByTestId('seat-list-close').click()
  await page.getByTestId('release-all').click()
  expect(await violations()).toEqual([])

  // The same page, told to do what a stranger's text would: the policy stands in the way, so the check above could have failed.
  stage.provoked = /Content Security Policy/
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'document.title = "stranger"'
    document.body.append(script)
  })
  await expect.poll(violations).toEqual(['script-src-elem inline'])
  expect(await page.title()).not.toBe('stranger')
})

test('the language can be changed and is remembered', async () => {
  const page = await stage.buyer()
  await page.goto(stage.server.url)
  await page.getByTestId('language-ko').click()
  await expect.poll(() => page.locator('h1').textContent()).toContain('지금 무대에서')
  await page.reload()
  await expect.poll(() => page.locator('h1').textContent()).toContain('지금 무대에서')
  await page.getByTestId('language-en').click()
  await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('en')
})

test('a finger holds and books a seat on a phone', async () => {
  const [seat] = await freeSeats(stage.server, 'demo', 1)
  if (!seat) throw new Error('sold out')
  const page = await stage.buyer(PHONE)
  await openSeat(page, stage.server, 'demo', seat)
  const box = await page.locator('circle.ring.focus').boundingBox()
  if (!box) throw new Error('no ring marks the seat')
  await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2)
  await looks(page, seat, 'mine')
  await page.getByTestId('sheet').click()
  await page.getByTestId(`held-${seat.id}`).waitFor()
  await picture(page, 'holding-phone')
  await page.getByTestId('book').click()
  await page.getByTestId('ticket').waitFor()
  await page.getByTestId('booking-status').filter({ hasText: 'Confirmed' }).waitFor()
  await page.getByTestId('booking-total').waitFor()
  await picture(page, 'booking-phone')
})

test('on a phone every control has room for a finger, and no field makes the page zoom', async () => {
  const [seat] = await freeSeats(stage.server, 'demo', 1)
  if (!seat) throw new Error('sold out')
  const page = await stage.buyer(PHONE)
  const easy = async () => {
    expect(await tooSmall(page)).toEqual([])
    expect(await zoomsIn(page)).toEqual([])
  }
  await page.goto(stage.server.url)
  await page.locator('article.event').first().waitFor()
  await easy()
  await openSeat(page, stage.server, 'demo', seat)
  await page.getByTestId('map-key').locator('summary').tap()
  await page.getByTestId('map-key').getByText('Companion seat').waitFor()
  await picture(page, 'legend-phone')
  await page.getByTestId('map-key').locator('summary').tap()
  await page.getByTestId('sheet').tap()
  await page.getByTestId('filters').tap()
  await page.getByTestId('price-from').waitFor()
  await easy()
  await page.getByTestId('filters').tap()
  await takeBest(page, 2)
  await page.getByRole('button', { name: 'Name and e-mail' }).tap()
  await easy()
  await page.getByTestId('sheet').tap()
  await page.getByTestId('seat-list-open').tap()
  await page.locator('[data-testid=seat-list] [data-seat]').first().waitFor()
  await easy()
  await picture(page, 'list-phone')
  await page.getByTestId('seat-list-close').tap()
  await page.getByTestId('book').tap()
  await page.getByTestId('booking-status').filter({ hasText: 'Confirmed' }).waitFor()
  await page.getByTestId('booking-total').waitFor() // and with it all that can be pressed
  await easy()
})

test('a refusal in the list of seats is seen and spoken there', async () => {
  const page = await stage.buyer()
  await openMap(page, stage.server, 'demo')
  await page.getByTestId('seat-list-open').click()
  const most = 8
  for (let held = 0; held <= most; held++) {
    await page.locator('[data-testid=seat-list] [data-state=available]').first().click()
    if (held < most) await page.locator(`[data-testid=seat-list] [data-state=mine] >> nth=${held}`).waitFor()
  }
  const message = page.getByTestId('toast')
  await message.filter({ hasText: 'at most 8' }).waitFor()
  expect(await message.evaluate((shown) => {
    const { x, y, width, height } = shown.getBoundingClientRect()
    return shown.contains(document.elementFromPoint(x + width / 2, y + height / 2))
  })).toBe(true)
  // Only what is in the accessibility tree has a role there.
  await page.getByRole('alert').filter({ hasText: 'at most 8' }).waitFor()
  await picture(page, 'list-refused')
  await page.getByTestId('seat-list-close').click()
  await page.getByTestId('toast').waitFor()
  await page.getByTestId('release-all').click()
})

test('the keyboard keeps its place when a seat is given back', async () => {
  const page = await stage.buyer()
  await openMap(page, stage.server, 'demo')
  await takeBest(page, 2)
  const rows = page.locator('[data-testid^=held-]')
  await rows.nth(1).waitFor()
  const next = await rows.nth(1).getAttribute('data-testid')
  const focused = () => page.evaluate(() => document.activeElement?.closest('[data-testid^=held-]')?.getAttribute('data-testid') ?? document.activeElement?.tagName)
  await rows.nth(0).getByRole('button').focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => rows.count()).toBe(1)
  expect(await focused()).toBe(next)
  await page.keyboard.press('Enter')
  await expect.poll(() => rows.count()).toBe(0)
  expect(await focused()).toBe('H2')
})

test('wheel, drag and buttons move the map, and the list holds a seat without it', async () => {
  const [seat] = await freeSeats(stage.server, 'demo', 1)
  if (!seat) throw new Error('sold out')
  const page = await stage.buyer()
  await openMap(page, stage.server, 'demo')
  const place = async () => page.locator('.map-picture .outline').first().evaluate((g) => JSON.stringify(g.getBoundingClientRect()))
  const moved = async (act: () => Promise<unknown>) => {
    const before = await place()
    await act()
    await expect.poll(place).not.toBe(before)
    // Else the next would begin on the way, and may end where it began.
    await expect.poll(() => page.locator('.map-layer').evaluate((layer) => layer.style.transform)).toBe('none')
  }
  const map = page.getByTestId('seat-map')
  const box = await map.boundingBox()
  if (!box) throw new Error('no map')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await moved(() => page.mouse.wheel(0, -600))
  await moved(async () => {
    await page.mouse.down()
    await page.mouse.move(x + 120, y + 60, { steps: 6 })
    await page.mouse.up()
  })
  expect(await page.locator('[data-testid^=held-]').count()).toBe(0) // a drag is no click
  await moved(() => page.getByTestId('zoom-in').click())
  await moved(() => page.getByTestId('zoom-out').click())
  await moved(() => page.getByTestId('fit').click())

  await page.getByTestId('seat-list-open').click()
  await page.getByTestId('seat-list-zone').selectOption(seat.zone)
  const button = page.locator(`[data-seat="${seat.id}"]`)
  await button.click()
  await expect.poll(() => button.getAttribute('data-state')).toBe('mine')
  await picture(page, 'list')
})

test('a house half sold is worth a picture', async () => {
  await crowd()
  const page = await stage.buyer({ viewport: { width: 1440, height: 900 } })
  const seats = await freeSeats(stage.server, 'demo', 3)
  for (const seat of seats.slice(0, 2)) {
    await openSeat(page, stage.server, 'demo', seat)
    await clickSeat(page)
    await looks(page, seat, 'mine')
  }
  await openMap(page, stage.server, 'demo')
  for (const seat of seats.slice(0, 2)) await looks(page, seat, 'mine')
  await page.mouse.move(0, 0)
  await picture(page, 'map')
  if (process.env.JARI_README_PICTURE) {
    copyFileSync(join(import.meta.dirname, '../../../test-results/map.png'), join(import.meta.dirname, '../../../docs/map.png'))
  }
})

/** Some hundred buyers take what is best; most of them book it. */
async function crowd(): Promise<void> {
  const { zones } = await stage.server.get<{ zones: { id: string; kind: string }[] }>('/events/demo')
  const seated = zones.filter((z) => z.kind === 'seats')
  let booked = 0
  for (let i = 0; i < 120; i++) {
    const guest = await Guest.come(stage.server)
    const full = await guest.holdBest('demo', 2 + (i % 5), seated[i % seated.length]?.id).then(() => '', String)
    if (full) expect(full).toContain('not that many seats left here') // small zones are sold out on the way
    else if (i % 4 !== 0 && (await guest.book('demo'))) booked++
  }
  expect(booked).toBeGreaterThan(70)
}
