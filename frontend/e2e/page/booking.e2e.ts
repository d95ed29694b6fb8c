import { readFileSync } from 'node:fs'
import jsQR from 'jsqr'
import ical from 'node-ical'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { Guest, type Booking } from '../guest'
import { PHONE, picture, useStage } from '../stage'

const stage = useStage()

/** A buyer with a confirmed booking of so many seats, in a browser of their own. */
async function booked(quantity: number, options: BrowserContextOptions = {}): Promise<{ page: Page; booking: Booking }> {
  const guest = await Guest.come(stage.server)
  await guest.holdBest('demo', quantity)
  const booking = await guest.booked('demo', { name: 'Kim Minji', email: 'minji@example.com' })
  const page = await stage.buyer(options)
  await page.addInitScript((kept) => {
    localStorage.setItem('jari.session', kept)
  }, JSON.stringify(guest.session))
  return { page, booking }
}

const address = (booking: Booking) => `${stage.server.url}/bookings/${booking.id}`

/** What a camera reads off the code. */
async function scanned(page: Page): Promise<string> {
  await page.evaluate(() => {
    scrollTo(0, 0) // from under the header
  })
  const shot = PNG.sync.read(await page.getByTestId('code').screenshot())
  return jsQR(new Uint8ClampedArray(shot.data), shot.width, shot.height)?.data ?? ''
}

test('the code of a ticket opens the booking anywhere, as it is then, and cancels nothing', async () => {
  const { page, booking } = await booked(3)
  await page.goto(address(booking))
  await page.getByTestId('code').waitFor()
  await expect.poll(() => page.locator('[data-mark]').count()).toBe(3)
  expect(await page.getByTestId('reference').textContent()).toBe(booking.reference)
  expect(await page.locator('.stub .unseen').textContent()).toBe([...booking.reference].join(', '))
  expect(await page.title()).toContain(booking.reference)
  const link = await scanned(page)
  expect(link).toMatch(new RegExp(`^${address(booking)}#key=[\\w-]{24}$`))
  await picture(page, 'ticket-desk')

  const door = await stage.buyer({ ...PHONE, locale: 'ko-KR' })
  const asked: string[] = []
  door.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`))
  await door.goto(link)
  await door.getByTestId('by-link').waitFor()
  await door.getByTestId('code').waitFor()
  expect(await scanned(door)).toBe(link)
  expect(door.url()).toBe(address(booking))
  await door.getByTestId('booking-total').waitFor()
  expect(await door.getByTestId('cancel').count() + (await door.locator('.take-out').count())).toBe(0)
  expect(asked.filter((request) => request.startsWith('POST'))).toEqual([]) // no guest was made
  expect(await door.content()).not.toContain('minji@example.com')
  await picture(door, 'ticket-by-link-phone-ko')

  // One seat is given back after one question, which the first answer leaves as it was.
  await page.locator('.take-out').first().click()
  await page.getByRole('button', { name: 'Keep it' }).click()
  await page.locator('.take-out').first().click()
  await page.getByTestId('confirm-cancel').click()
  await expect.poll(() => page.locator('.take-out').count()).toBe(2)
  await door.reload() // the key is this tab's
  await expect.poll(() => door.locator('[data-mark]').count()).toBe(2)

  await page.getByTestId('cancel').click()
  await page.getByTestId('confirm-cancel').click()
  await page.locator('[data-status=cancelled]').waitFor()
  await door.reload()
  await door.locator('[data-status=cancelled]').waitFor()
  expect(await door.getByTestId('code').count()).toBe(0)
})

test('a link that was replaced, or is none, opens nothing, and says so', async () => {
  const { page, booking } = await booked(1)
  await page.goto(address(booking))
  const before = await page.getByTestId('code').waitFor().then(() => scanned(page))
  await page.reload()
  await page.getByTestId('code').waitFor()
  expect(await scanned(page)).toBe(before) // a browser gives out one link
  await page.locator('details summary').click()
  await page.getByTestId('renew').click()
  let after = ''
  await expect.poll(async () => {
    after = (await page.getByTestId('code').count()) > 0 ? await scanned(page) : ''
    return after !== before && after.includes('#key=')
  }).toBe(true)
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined })
  })
  await page.reload()
  await page.getByTestId('code').waitFor()
  await page.getByTestId('copy').click()
  expect(await page.getByTestId('link').inputValue()).toBe(after)

  stage.provoked = /status of 404/
  const other = await stage.buyer(PHONE)
  await other.goto(before)
  await other.getByTestId('wrong-key').waitFor()
  await picture(other, 'link-wrong-phone')
  await other.goto(after) // only the fragment is another
  await other.getByTestId('ticket').waitFor()
  const stranger = await stage.buyer()
  await stranger.goto(address(booking))
  await stranger.getByTestId('unknown').waitFor()
  await picture(stranger, 'booking-unknown')
  expect((await stranger.goto(`${stage.server.url}/bookings/3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10`))?.status()).toBe(404)
  expect(await stranger.locator('meta[name=robots]').first().getAttribute('content')).toBe('noindex')
})

test('a ticket goes into a calendar and onto one sheet of paper', async () => {
  const { page, booking } = await booked(2, { colorScheme: 'dark' })
  await page.goto(address(booking))
  await page.getByTestId('code').waitFor()
  await expect.poll(() => page.locator('[data-mark]').count()).toBe(2)
  await picture(page, 'ticket-dark')

  const event = await stage.server.get<{ title: string; starts_at: string; ends_at: string }>('/events/demo')
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('calendar').click()])
  expect(download.suggestedFilename()).toMatch(/^Midnight-in-Seoul-the-Han-River-Symphony-\d{4}-\d\d-\d\d\.ics$/)
  const entry = Object.values(ical.sync.parseICS(readFileSync(await download.path(), 'utf8'))).find((part) => part?.type === 'VEVENT')
  if (entry?.type !== 'VEVENT') throw new Error('no event in the calendar file')
  expect([entry.summary, entry.start.toISOString(), entry.end?.toISOString()]).toEqual([event.title, event.starts_at, event.ends_at])
  expect(String(entry.description)).toContain(booking.reference)
  expect(JSON.stringify(entry)).not.toContain('key=')

  await page.emulateMedia({ media: 'print' })
  await page.setViewportSize({ width: 794, height: 1123 })
  await picture(page, 'ticket-print')
  expect(await scanned(page)).toContain('#key=')
  expect(await page.locator('button:visible, .button:visible, header.header:visible').count()).toBe(0)
  const [ground, ink] = await page.locator('article.ticket').evaluate((ticket) => [getComputedStyle(ticket).backgroundColor, getComputedStyle(ticket.querySelector('h1') ?? ticket).color])
  expect([ground, ink]).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)'])
  const paper = await page.pdf({ format: 'A4' })
  expect(paper.toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(1)
})

test('my bookings stand by what they mean, and one that was not given offers what is free', async () => {
  const { page, booking } = await booked(2)
  const rejected = { ...booking, status: 'rejected', reason: 'seat_unavailable', id: '3f2b1c9e-6d5a-8e0b-9a77-0d6f3c1b2a10', reference: 'ABCDEFGH' }
  await page.route('**/api/v1/bookings', (route) => route.fulfill({ json: { bookings: [booking, rejected] } }))
  await page.route(`**/api/v1/bookings/${rejected.id}`, (route) => route.fulfill({ json: { booking: rejected } }))
  await page.goto(`${stage.server.url}/bookings`)
  await page.getByTestId('group-upcoming').getByTestId(`booking-${booking.id}`).waitFor()
  await page.getByTestId('group-over').getByText('already been given to someone else').waitFor()
  await picture(page, 'bookings-groups')
  await page.getByTestId('group-over').getByRole('link').first().click()
  const offer = page.getByTestId('alternative')
  await offer.waitFor()
  expect(await offer.locator('li').count()).toBe(2)
  await picture(page, 'booking-rejected')
  const there = new URL((await offer.getByRole('link').getAttribute('href')) ?? '', stage.server.url)
  const seats = (there.searchParams.get('seats') ?? '').split(',')
  expect(there.searchParams.get('zone')).toBe(booking.seats[0]?.zone)
  expect(seats.filter((s) => booking.seats.some((b) => b.seat === s))).toEqual([])
})

test.each([['en-GB', 'Privacy', 'cookies'], ['ko-KR', '개인정보 안내', '쿠키']])('what is kept is told on one page: %s', async (locale, title, word) => {
  const page = await stage.buyer({ ...PHONE, locale })
  await page.goto(stage.server.url)
  await page.locator('footer.footer a[href="/privacy"]').click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  expect(await page.locator('main').textContent()).toContain(word)
  expect(await page.context().cookies()).toEqual([])
  await picture(page, `privacy-phone-${locale}`)
})
