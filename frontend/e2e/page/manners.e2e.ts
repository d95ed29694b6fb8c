import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { freeSeats, live, openMap, takeBest } from '../house'
import { PHONE, picture, useStage } from '../stage'

const stage = useStage()

const path = (page: Page) => new URL(page.url()).pathname
const sheetIsOpen = (page: Page) => page.getByTestId('sheet').getAttribute('aria-expanded')

/** From the list of events to the map, so that there is a page to go back to. */
async function fromList(page: Page): Promise<void> {
  await page.goto(stage.server.url)
  await page.locator('article.event h2 a').first().click()
  await live(page)
}

test('a link leads to its seats and pulses them, and sharing copies it', async () => {
  const [one, two] = await freeSeats(stage.server, 'demo', 2)
  if (!one || !two) throw new Error('sold out')
  const page = await stage.buyer()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.addInitScript(() => {
    const seen: string[] = []
    Object.assign(window, { seen })
    new MutationObserver((records) => {
      for (const { addedNodes } of records) for (const node of addedNodes) if (node instanceof SVGElement && node.classList.contains('flash')) seen.push(`${node.getAttribute('cx')} ${node.getAttribute('cy')}`)
    }).observe(document, { subtree: true, childList: true })
  })
  await page.goto(`${stage.server.url}/events/demo?zone=${one.zone}&seats=${one.id},${two.id}`)
  await live(page)
  await expect.poll(() => page.evaluate(() => [...new Set((window as unknown as { seen: string[] }).seen)].sort())).toEqual([`${one.x} ${one.y}`, `${two.x} ${two.y}`].sort())

  // Whoever knows the seats alone is led there, too.
  await page.evaluate(() => (window as unknown as { seen: string[] }).seen.splice(0))
  await page.goto(`${stage.server.url}/events/demo?seats=${one.id},${two.id},nowhere`)
  await live(page)
  await expect.poll(() => page.evaluate(() => [...new Set((window as unknown as { seen: string[] }).seen)].sort())).toEqual([`${one.x} ${one.y}`, `${two.x} ${two.y}`].sort())
  await page.getByTestId('toast').filter({ hasText: 'not in this house' }).waitFor()

  const shared = async () => {
    await page.evaluate(() => navigator.clipboard.writeText(''))
    await page.getByTestId('share').click()
    await page.getByTestId('toast').filter({ hasText: 'copied' }).last().waitFor()
    const copied = () => page.evaluate(() => navigator.clipboard.readText())
    await expect.poll(copied).not.toBe('')
    return new URL(await copied())
  }
  expect((await shared()).searchParams.get('zone')).toBe(one.zone)
  await takeBest(page, 2)
  const link = await shared()
  const held = await page.locator('[data-testid^=held-]').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.testid?.replace('held-', '')))
  expect(link.searchParams.get('seats')?.split(',').sort()).toEqual(held.sort())
  await page.getByTestId('release-all').click()
})

describe('on a phone', () => {
  test('Back closes the sheet before it leaves the page, and Forward and reload are no trap', async () => {
    const page = await stage.buyer(PHONE)
    await fromList(page)
    const event = path(page)
    for (let again = 0; again < 2; again++) {
      await page.getByTestId('sheet').tap()
      await expect.poll(() => sheetIsOpen(page)).toBe('true')
      await page.goBack()
      await expect.poll(() => sheetIsOpen(page)).toBe('false')
      expect(path(page)).toBe(event)
      await page.goForward()
      await expect.poll(() => sheetIsOpen(page)).toBe('true')
      await page.getByTestId('sheet').tap() // closed by hand, it leaves no step behind
      await expect.poll(() => sheetIsOpen(page)).toBe('false')
      await expect.poll(() => page.evaluate(() => (history.state as { layers?: string[] }).layers?.length ?? 0)).toBe(0)
    }
    await page.getByTestId('sheet').tap()
    await expect.poll(() => page.evaluate(() => (history.state as { layers?: string[] }).layers)).toEqual(['sheet'])
    await page.reload()
    await live(page)
    await expect.poll(() => sheetIsOpen(page)).toBe('true')
    await page.goBack()
    await expect.poll(() => sheetIsOpen(page)).toBe('false')
    await page.goBack()
    await expect.poll(() => path(page)).toBe('/')
  })

  test('the heading is one line with the way back, and the map fills the screen', async () => {
    const page = await stage.buyer(PHONE)
    await fromList(page)
    expect(await page.locator('.app > .header').isVisible()).toBe(false)
    const heading = await page.locator('header.heading').boundingBox()
    expect(heading?.height).toBeLessThan(56)
    expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBe(0)
    await page.setViewportSize({ width: 844, height: 390 })
    await expect.poll(async () => (await page.getByTestId('panel').boundingBox())?.height).toBeGreaterThan(330)
    await picture(page, 'event-side')
    await page.getByTestId('to-events').tap()
    await expect.poll(() => path(page)).toBe('/')
  })
})

describe('leaving with seats', () => {
  test('asks once: to stay, to keep them, to give them back', async () => {
    const page = await stage.buyer(PHONE)
    await fromList(page)
    const event = path(page)
    const held = page.locator('[data-testid^=held-]')
    await page.getByTestId('sheet').tap()
    await takeBest(page, 2)
    await page.goBack() // the sheet
    await expect.poll(() => sheetIsOpen(page)).toBe('false')
    await page.goBack()
    await page.getByTestId('leave').waitFor()
    await picture(page, 'leave-phone')
    await page.getByTestId('leave-stay').tap()
    await page.getByTestId('leave').waitFor({ state: 'detached' })
    expect(path(page)).toBe(event)

    await page.goBack()
    await page.getByTestId('leave-keep').tap()
    await expect.poll(() => path(page)).toBe('/')
    await page.goForward()
    await live(page)
    await expect.poll(() => held.count()).toBe(2)
    await page.getByTestId('to-events').tap() // known by now
    await expect.poll(() => path(page)).toBe('/')

    await page.locator('article.event h2 a').first().click()
    await live(page)
    await page.getByTestId('sheet').tap()
    await page.getByTestId('release-all').click()
    await expect.poll(() => held.count()).toBe(0)
    await takeBest(page, 2) // another hold, another question
    await page.getByTestId('sheet').tap()
    await page.getByTestId('to-events').tap()
    await page.getByTestId('leave-release').tap()
    await expect.poll(() => path(page)).toBe('/')
    await page.locator('article.event h2 a').first().click()
    await live(page)
    await expect.poll(() => held.count()).toBe(0)
  })

  test('the browser is to ask before the tab is closed: once, and only with seats', async () => {
    const page = await stage.buyer()
    await openMap(page, stage.server, 'demo')
    const asks = () => page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })))
    expect(await asks()).toBe(false)
    await takeBest(page, 2)
    expect([await asks(), await asks()]).toEqual([true, false])
    await page.getByTestId('release-all').click()
  })
})

test("while seats are held the tab's title counts down and its icon has a mark", async () => {
  const page = await stage.buyer()
  await openMap(page, stage.server, 'demo')
  const icon = () => page.locator('link[rel=icon][type="image/svg+xml"]').getAttribute('href')
  const before = await page.title()
  await takeBest(page, 2)
  await expect.poll(() => page.title()).toMatch(/^\d:\d\d · 2 seats · Midnight in Seoul/)
  const first = await page.title()
  await expect.poll(() => page.title()).not.toBe(first)
  expect(await icon()).toBe('/favicon-holding.svg')
  await page.getByTestId('release-all').click()
  await expect.poll(() => page.title()).toBe(before)
  expect(await icon()).not.toBe('/favicon-holding.svg')
})
