import { describe, expect, test } from 'vitest'
import { openMap } from '../house'
import { DESK, picture, SIZES, useStage } from '../stage'

/** What the server sends for an address, before and without any program of the page. */
const stage = useStage()

describe.each(SIZES)('on a %s', (size, options) => {
  test.each([
    ['ko-KR', '자바스크립트', '₩180,000'],
    ['en-US', 'JavaScript', '₩180,000'],
  ])('an event can be read without programs in %s', async (locale, word, price) => {
    const page = await stage.buyer({ ...options, locale, javaScriptEnabled: false })
    await page.goto(`${stage.server.url}/events/demo`)
    expect(await page.locator('h1').textContent()).toContain('Han River')
    const told = page.locator('.still-script')
    expect(await told.textContent()).toContain(word)
    expect(await told.textContent()).toContain(price)
    const house = await page.locator('.still-house').boundingBox()
    expect(house?.height).toBeGreaterThan(300)
    expect((house?.y ?? 0) + (house?.height ?? 0)).toBeLessThanOrEqual(options.viewport.height + 1)
    await picture(page, `still-event-${size}-${locale}`)

    await page.goto(stage.server.url)
    expect(await page.locator('.still-script').textContent()).toContain(word)
    await picture(page, `still-events-${size}-${locale}`)
    await page.locator('.still-cards a').first().click()
    await page.locator('.still-house').waitFor()
  })
})

test('the house is seen before any program has come, and taken over without asking for the event', async () => {
  const page = await stage.buyer(DESK)
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  let release: (() => void) | undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/*.js', async (route) => {
    await released
    await route.continue()
  })
  await page.goto(`${stage.server.url}/events/demo`, { waitUntil: 'commit' })
  await page.locator('.still-house').waitFor()
  expect(await page.locator('.still-script').count()).toBe(0)
  const colours = () => page.locator('.still-house > path:not([class])').evaluateAll((zones) => new Set(zones.map((z) => getComputedStyle(z).fill)).size)
  await expect.poll(colours).toBeGreaterThanOrEqual(4) // by price, which takes the style sheet
  await picture(page, 'still-event-before')
  release?.()
  await page.getByTestId('seat-map').waitFor()
  await page.locator('.still').waitFor({ state: 'detached' })
  expect(asked).not.toContain('/api/v1/events/demo')

  // A second look asks again: what came with the page is as old as the page.
  await page.locator('header a[href="/"]').first().click()
  await page.locator('article.event h2 a').first().click()
  await expect.poll(() => asked).toContain('/api/v1/events/demo')
})

test('the list of events is there without asking for it', async () => {
  const page = await stage.buyer()
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.goto(stage.server.url)
  await page.locator('article.event h2 a').first().waitFor()
  expect(asked).not.toContain('/api/v1/events')
  await openMap(page, stage.server, 'demo')
})

test('an event that is not there is a 404, for people and for search engines', async () => {
  stage.provoked = /status of 404/
  const page = await stage.buyer()
  const response = await page.goto(`${stage.server.url}/events/no-such-event`)
  expect(response?.status()).toBe(404)
  expect(await page.locator('meta[name=robots]').first().getAttribute('content')).toBe('noindex')
  await page.locator('main h1').waitFor()
  expect(await page.locator('main h1').textContent()).toContain('do not know this event')
})

/** Width and height of a PNG, which stand in its first chunk. */
async function sizeOf(address: string): Promise<string> {
  const response = await fetch(new URL(address, stage.server.url))
  expect(response.headers.get('content-type')).toBe('image/png')
  const head = new DataView(await response.arrayBuffer())
  return `${head.getUint32(16)}x${head.getUint32(20)}`
}

test('icons, manifest and the picture for messengers are what they are said to be', async () => {
  const page = await stage.buyer()
  await page.goto(`${stage.server.url}/events/demo`)
  const attribute = (selector: string, name: string) => page.locator(selector).first().getAttribute(name)
  const manifest = (await (await fetch(new URL((await attribute('link[rel=manifest]', 'href')) ?? '', stage.server.url))).json()) as {
    display: string
    icons: { src: string; type: string; sizes: string; purpose?: string }[]
  }
  expect(manifest.display).toBe('standalone')
  const drawn = manifest.icons.filter((icon) => icon.type === 'image/png')
  expect(drawn.map((icon) => icon.purpose ?? 'any').sort()).toEqual(['any', 'any', 'maskable'])
  for (const icon of drawn) expect(await sizeOf(icon.src)).toBe(icon.sizes)
  expect(await sizeOf((await attribute('link[rel=apple-touch-icon]', 'href')) ?? '')).toBe('180x180')
  expect(await sizeOf((await attribute('meta[property="og:image"]', 'content')) ?? '')).toBe('1200x630')
  expect(await attribute('meta[property="og:title"]', 'content')).toContain('Han River')
  expect(await attribute('link[rel=canonical]', 'href')).toBe(`${stage.server.url}/events/demo`)
  const robots = await fetch(new URL('/robots.txt', stage.server.url))
  expect(await robots.text()).toContain('Disallow: /bookings')
})
