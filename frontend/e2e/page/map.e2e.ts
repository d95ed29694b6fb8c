import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { live, openMap } from '../house'
import { picture, SIZES, useStage } from '../stage'

/** The map of a large house: what is drawn and loaded at which distance, and the ways to get about in it. */
const stage = useStage()

beforeAll(async () => {
  await stage.server.openHouse('bowl')
})

const nodes = (page: Page) => page.evaluate(() => document.querySelectorAll('svg, svg *').length)
const count = (page: Page, selector: string) => page.locator(`.map-picture ${selector}`).count()
const level = (page: Page) => page.locator('[data-testid=seat-map]').getAttribute('data-level')
const press = (page: Page, id: string) => page.getByTestId(id).click()

const LEVELS = ['outline', 'paths', 'seats', 'numbers']

/** Zooms by the wheel, in steps smaller than a level, until the map is drawn at one. */
async function zoomTo(page: Page, wanted: string): Promise<void> {
  const box = await page.locator('[data-testid=seat-map]').boundingBox()
  if (!box) throw new Error('no map')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  const drawn = () => page.locator('.map-picture .sheet').first().getAttribute('viewBox')
  for (;;) {
    const away = LEVELS.indexOf(wanted) - LEVELS.indexOf((await level(page)) ?? '')
    if (away === 0) break
    const before = await drawn()
    await page.mouse.wheel(0, -200 * Math.sign(away))
    await expect.poll(drawn).not.toBe(before)
  }
  await live(page)
}

describe.each(SIZES)('on a %s', (size, options) => {
  test('a large house is outlines first, and loads and draws the seats of what is come closer to', async () => {
    const page = await stage.buyer(options)
    const asked: string[] = []
    page.on('request', (request) => {
      const url = new URL(request.url())
      if (url.pathname.endsWith('/zones')) asked.push(...(url.searchParams.get('ids') ?? '').split(','))
    })
    await openMap(page, stage.server, 'bowl')
    expect(await level(page)).toBe('outline')
    expect(asked).toEqual([])
    expect(await count(page, '.outline')).toBe(57) // one of them for what would be too many
    await picture(page, `map-outline-${size}`)

    await press(page, 'zone-picker')
    await page.getByTestId('zone-search').fill('lower 07')
    await page.getByTestId('zone-search').press('Enter')
    await zoomTo(page, 'paths')
    await expect.poll(() => count(page, '.zone-seats path.available')).toBeGreaterThan(0)
    expect(new Set(asked).size).toBeLessThanOrEqual(16)
    expect(await count(page, '.outline.open')).toBeLessThanOrEqual(16)
    await picture(page, `map-paths-${size}`)

    await zoomTo(page, 'seats')
    await expect.poll(() => count(page, '.pool path')).toBeGreaterThan(40)
    await zoomTo(page, 'numbers')
    await expect.poll(() => count(page, '.numbers text')).toBeGreaterThan(20)
    expect(await count(page, '.numbers text')).toBeLessThanOrEqual(600)
    expect(await count(page, '.pool path')).toBeLessThanOrEqual(3_000)
    expect(await nodes(page)).toBeLessThanOrEqual(5_000)
    await picture(page, `map-numbers-${size}`)

    await press(page, 'fit')
    await expect.poll(() => level(page)).toBe('outline')
    await expect.poll(() => count(page, '.pool path, .paths path, .numbers text')).toBe(0)
  })

  test('the small map and the arrow show where one is, and lead elsewhere', async () => {
    const page = await stage.buyer(options)
    await openMap(page, stage.server, 'demo')
    expect(await page.getByTestId('mini-map').count()).toBe(0)
    expect(await page.getByTestId('compass').count()).toBe(0)
    await press(page, 'zone-picker')
    await page.getByTestId('zone-search').fill('balcony centre')
    await page.getByTestId('zones').getByRole('button').first().click()
    await zoomTo(page, 'numbers')
    await page.getByTestId('mini-map').waitFor()
    const frame = () => page.locator('[data-testid=mini-map] .frame').evaluate((e) => Number(e.getAttribute('y')))
    const before = await frame()
    await picture(page, `map-mini-${size}`)
    await press(page, 'compass')
    await expect.poll(() => page.getByTestId('compass').count()).toBe(0)
    expect(await frame()).toBeLessThan(before)
    const mini = await page.getByTestId('mini-map').boundingBox()
    if (!mini) throw new Error('no small map')
    await page.mouse.click(mini.x + mini.width / 2, mini.y + mini.height * 0.85)
    await page.getByTestId('compass').waitFor()
    await press(page, 'fit')
    await expect.poll(() => page.getByTestId('mini-map').count()).toBe(0)
  })

  test('the map fills the screen, and Escape or the button ends it', async () => {
    const page = await stage.buyer(options)
    await page.addInitScript(() => {
      // As on phones that have none: the page fills its window.
      Object.defineProperty(document, 'fullscreenEnabled', { value: false })
    })
    await openMap(page, stage.server, 'demo')
    const height = () => page.getByTestId('seat-map').evaluate((e) => e.clientHeight)
    const before = await height()
    await press(page, 'full-screen')
    await expect.poll(height).toBeGreaterThan(before + 40)
    expect(await page.getByTestId('panel').isVisible()).toBe(true)
    await picture(page, `map-full-${size}`)
    await page.keyboard.press('Escape')
    await expect.poll(height).toBe(before)
    await press(page, 'full-screen')
    await expect.poll(height).toBeGreaterThan(before + 40)
    await press(page, 'full-screen')
    await expect.poll(height).toBe(before)
  })
})

test('the outlines tell what seats cost, or what is left', async () => {
  const page = await stage.buyer({ viewport: { width: 1440, height: 900 } })
  await openMap(page, stage.server, 'bowl')
  const said = () => page.locator('.map-picture .zone-more').allTextContents()
  await expect.poll(async () => (await said()).some((text) => text.includes('₩'))).toBe(true)
  await press(page, 'colour-left')
  await expect.poll(async () => (await said()).every((text) => /^\d+( left)?$/.test(text))).toBe(true)
  expect((await said()).length).toBeGreaterThan(20)
  await picture(page, 'map-left')
})
