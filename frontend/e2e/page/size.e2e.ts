import { get } from 'node:http'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { live } from '../house'
import { useStage } from '../stage'

/** What a buyer fetches to choose a seat, at most: with Brotli, as browsers ask for, the headers included; with gzip the files alone. */
const MOST_BYTES = 150_000

const stage = useStage()

declare global {
  interface Window {
    jariLive?: number
  }
}

/** Has the page note when its map can be used. */
async function noteLive(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector('[data-testid=seat-map][data-ready]') || !document.querySelector('[data-testid=connection][data-state=live]')) return
      window.jariLive = performance.now()
      watch.disconnect()
    })
    watch.observe(document, { subtree: true, childList: true, attributes: true })
  })
}

/** The scripts that were asked for before that. */
async function scriptsUntilLive(page: Page): Promise<string[]> {
  await live(page)
  return page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((file) => new URL(file.name).pathname.endsWith('.js') && file.startTime <= (window.jariLive ?? 0))
      .map((file) => file.name),
  )
}

/** The bytes of an answer, of Brotli with its headers. */
function bytesOf(url: string, encoding: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'Accept-Encoding': encoding } }, (answer) => {
      let bytes = encoding === 'br' ? answer.rawHeaders.join('').length + 2 * answer.rawHeaders.length : 0
      answer.on('data', (part: Buffer) => (bytes += part.length)).on('end', () => { resolve(bytes) })
    }).on('error', reject)
  })
}

const nameOf = (script: string) => new URL(script).pathname.replace(/^.*\/(.+)-.{8}\.js$/, '$1')

test.each(['en-GB', 'ko-KR'])('opening an event takes no more than 150 KB of scripts, and one language: %s', async (locale) => {
  const page = await stage.buyer({ locale })
  await noteLive(page)
  await page.goto(`${stage.server.url}/events/demo`)
  const scripts = await scriptsUntilLive(page)
  expect(scripts.map(nameOf).filter((name) => name === 'en' || name === 'ko')).toEqual([locale.slice(0, 2)])
  for (const encoding of ['br', 'gzip']) {
    const sizes = await Promise.all(scripts.map(async (script) => [nameOf(script), await bytesOf(script, encoding)] as const))
    const all = sizes.reduce((sum, [, size]) => sum + size, 0)
    expect(all, `${encoding} ${JSON.stringify(sizes)}`).toBeLessThanOrEqual(MOST_BYTES)
    expect(all, `${encoding} ${JSON.stringify(sizes)}`).toBeGreaterThan(50_000) // they were counted
  }
})

test('what is not needed at first comes by itself, and is there without the network', async () => {
  const page = await stage.buyer()
  await page.goto(`${stage.server.url}/events/demo`)
  await live(page)
  const come = () => page.evaluate(() => performance.getEntriesByType('resource').map((file) => file.name).filter((name) => /\/late-.*\.(js|css)$/.test(name)).length)
  await expect.poll(come).toBe(2)
  await page.route('**/*.js', (route) => route.abort())
  await page.getByTestId('filters').click()
  await page.getByRole('slider').first().waitFor()
})

test('what cannot be had when it is needed is told of, and comes with the page', async () => {
  stage.provoked = /ERR_FAILED/
  const page = await stage.buyer()
  await page.route(/\/late-.*\.js$/, (route) => route.abort())
  await page.goto(`${stage.server.url}/events/demo`)
  await live(page)
  await page.getByTestId('zone-picker').click()
  await page.getByTestId('toast').getByText('A part of this page could not be loaded').waitFor()
  await page.unroute(/\/late-.*\.js$/)
  await page.getByTestId('toast-main').click()
  await live(page)
  await page.getByTestId('zone-picker').click()
  await page.getByRole('dialog').waitFor()
})

test('a page whose file the server has no more is opened anew', async () => {
  stage.provoked = /ERR_FAILED|dynamically imported module/
  const page = await stage.buyer()
  await page.goto(`${stage.server.url}/events/demo`)
  await live(page)
  await page.route(/\/BookingsView-.*\.js$/, (route) => route.abort(), { times: 1 })
  await page.getByRole('link', { name: 'My bookings' }).click()
  await page.getByRole('heading', { name: 'My bookings' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/bookings')
})
