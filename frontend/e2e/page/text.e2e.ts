import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openMap } from '../house'
import { PHONE, useStage } from '../stage'

const stage = useStage()

/** Words and controls that lie outside of the window to its side, or beside the box that cuts them off. What is cut with an ellipsis is named in full elsewhere. */
async function lost(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth > window.innerWidth ? ['the page scrolls to the side'] : []
    const words = [...document.querySelectorAll<HTMLElement>('h1, h2, h3, p, b, span, button, a, input, select')]
    return [
      ...wide,
      ...words.flatMap((element) => {
        if (!element.checkVisibility() || element.closest('svg, .unseen, .skip, [aria-hidden=true]') || element.textContent.trim() === '') return []
        for (let at = element.parentElement; at; at = at.parentElement) if (getComputedStyle(at).textOverflow === 'ellipsis') return []
        const { left, right, width } = element.getBoundingClientRect()
        return width > 1 && (left < -1 || right > window.innerWidth + 1) ? [`${element.tagName}: ${element.textContent.trim().slice(0, 40)}`] : []
      }),
    ]
  })
}

// 320 px is what 1280 px are at 400 %, and 640 x 400 what 1280 x 800 are at 200 %.
test.each([
  ['320 px wide', { width: 320, height: 640 }, '', ''],
  ['at 200 %', { width: 640, height: 400 }, '', ''],
  ['with letters twice as large', { width: 1280, height: 800 }, '200%', ''],
  ['with letters twice as large on a phone', PHONE.viewport, '200%', ''],
  ['with more room between lines, words and letters', PHONE.viewport, '', '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }'],
])('nothing is lost %s', async (_, viewport, size, css) => {
  const page = await stage.buyer({ viewport })
  await page.addInitScript(([letters = '', rules = '']) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`${letters === '' ? '' : `html { font-size: ${letters} !important }`} ${rules}`)
    document.addEventListener('DOMContentLoaded', () => {
      document.adoptedStyleSheets = [sheet]
    })
  }, [size, css])
  const whole = async (what: string) => {
    expect(await lost(page), what).toEqual([])
  }
  await page.goto(stage.server.url)
  await page.locator('article.event').first().waitFor()
  await whole('the events')
  await openMap(page, stage.server, 'demo')
  await whole('the map')
  await page.getByTestId('best').click()
  await page.getByTestId('best-take').click()
  await page.locator('[data-testid^=held-]').first().waitFor({ state: 'attached' })
  await whole('a hold')
  await page.getByTestId('skip-list').press('Enter')
  await page.locator('[data-testid=seat-list] [data-seat]').first().waitFor({ state: 'attached' })
  await whole('the list')
  await page.getByTestId('book').click()
  await page.getByTestId('booking-status').filter({ hasText: 'Confirmed' }).first().waitFor()
  await page.getByTestId('booking-total').waitFor()
  await whole('a booking')
  for (const [path, what] of [['/bookings', 'article.booking'], ['/privacy', 'main h1']] as const) {
    await page.goto(stage.server.url + path)
    await page.locator(what).first().waitFor()
    await whole(path)
  }
})
