import { expect, test } from 'vitest'
import { DESK, PHONE, picture, useStage } from '../stage'

const stage = useStage()

test.each([
  ['phone', PHONE, 'light'],
  ['phone', PHONE, 'dark'],
  ['desk', DESK, 'light'],
  ['desk', DESK, 'dark'],
] as const)('the API’s page can be read on a %s, %#', async (size, options, colorScheme) => {
  const page = await stage.buyer({ ...options, colorScheme })
  const foreign: string[] = []
  page.on('request', (r) => {
    if (!r.url().startsWith(stage.server.url)) foreign.push(r.url())
  })
  await page.goto(`${stage.server.url}/api/docs`)
  await picture(page, `api-docs-${size}-${colorScheme}`)
  const [inner, wide] = await page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth] as const)
  expect(wide).toBeLessThanOrEqual(inner)
  expect(foreign).toEqual([])
})

test('the API’s page needs no scripts, and a link leads to its place', async () => {
  const page = await stage.buyer({ ...DESK, javaScriptEnabled: false })
  await page.goto(`${stage.server.url}/api/docs`)
  await page.getByRole('navigation', { name: 'Contents' }).getByRole('link', { name: 'Add seats to the hold' }).click()
  expect(new URL(page.url()).hash).toBe('#addToHold')
  const box = await page.locator('#addToHold').boundingBox()
  expect(box?.y).toBeLessThan(100)
  await page.locator('#addToHold').getByRole('link', { name: 'HoldRequest' }).click()
  await page.locator('#shape-HoldRequest:target').getByText('Exactly one of').waitFor()
})
