import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { openBrowser } from './browser'
import { House } from './house'

interface Stage {
  readonly house: House
  readonly browser: Browser
}

/** A server and a browser for the shows of a file, with these houses on sale beside the demonstration hall. */
export function useStage(...plans: Parameters<House['add']>[0][]): Stage {
  let open: Stage | undefined
  const get = () => {
    if (!open) throw new Error('the stage is not open yet')
    return open
  }
  beforeAll(async () => {
    const house = await House.open()
    for (const plan of plans) await house.add(plan)
    open = { house, browser: await openBrowser() }
  })
  afterAll(async () => {
    await open?.browser.close()
    await open?.house.close()
  })
  return {
    get house() {
      return get().house
    },
    get browser() {
      return get().browser
    },
  }
}

/** Waits until the map can be used. */
export async function ready(page: Page): Promise<void> {
  await page.locator('[data-testid=seat-map][data-ready]').waitFor()
  await page.locator('[data-testid=connection][data-state=live]').waitFor()
}
