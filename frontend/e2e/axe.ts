import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const SOURCE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** Has axe in every document of a page from its beginning: later the page's own policy would not let it in. */
export async function withAxe(page: Page): Promise<Page> {
  await page.addInitScript({ path: SOURCE })
  // Colours that are on their way to others are nobody's.
  await page.addInitScript(() => {
    const still = new CSSStyleSheet()
    still.replaceSync('*, ::before, ::after { transition: none !important; animation: none !important }')
    document.addEventListener('DOMContentLoaded', () => {
      document.adoptedStyleSheets = [still]
    })
  })
  return page
}

/** What axe finds wrong with what is shown now, in the light and in the dark, as "rule: element". */
export async function violations(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await run(page, {})
  // Only colours differ.
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await run(page, { runOnly: ['color-contrast'] })
  await page.emulateMedia({ colorScheme: 'light' })
  return [...light, ...dark.map((text) => `dark ${text}`)]
}

async function run(page: Page, options: RunOptions): Promise<string[]> {
  const found = await page.evaluate(async (how) => {
    const { axe } = window as unknown as { axe: { run: (root: Document, options: RunOptions) => Promise<AxeResults> } }
    const { violations } = await axe.run(document, how)
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary?.replace(/\s+/g, ' ').slice(0, 200)}`))
  }, { ...options, resultTypes: ['violations' as const] })
  return found
}
