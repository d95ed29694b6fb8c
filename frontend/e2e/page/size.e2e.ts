import { gzipSync } from 'node:zlib'
import type { Response } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { live } from '../house'
import { Stage } from '../stage'

/** What a buyer fetches to choose a seat, compressed, at most. */
const MOST_BYTES = 150 * 1024

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterEach(async () => {
  await stage.clear()
})
afterAll(async () => {
  await stage.close()
})

test.each(['en-GB', 'ko-KR'])('opening an event takes no more than 150 KB of scripts, and one language: %s', async (locale) => {
  const page = await stage.buyer({ locale })
  const scripts: Response[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script' || new URL(response.url()).pathname.endsWith('.js')) scripts.push(response)
  })
  await page.goto(`${stage.server.url}/events/demo`)
  await live(page)
  const sizes = await Promise.all(scripts.map(async (script) => [new URL(script.url()).pathname.replace(/^.*\/(.+)-.{8}\.js$/, '$1'), gzipSync(await script.body()).length] as const))
  expect(sizes.filter(([name]) => name === 'en' || name === 'ko').map(([name]) => name)).toEqual([locale.slice(0, 2)])
  const all = sizes.reduce((sum, [, size]) => sum + size, 0)
  expect(all, JSON.stringify(sizes)).toBeLessThanOrEqual(MOST_BYTES)
  expect(all, JSON.stringify(sizes)).toBeGreaterThan(50_000) // they were counted
})
