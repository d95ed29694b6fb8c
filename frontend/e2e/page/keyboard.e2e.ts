import type { CDPSession, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { live } from '../house'
import { useStage } from '../stage'

const stage = useStage()

interface Value {
  value?: unknown
}
interface Node {
  role?: Value
  name?: Value
  properties?: { name: string; value: Value }[]
}

/** What a screen reader is told of what has the focus: role, name and pressed state in the accessibility tree. */
async function heard(cdp: CDPSession): Promise<string> {
  const { nodes } = (await cdp.send('Accessibility.getFullAXTree')) as { nodes: Node[] }
  const has = (n: Node, name: string) => n.properties?.find((p) => p.name === name)?.value.value
  const focus = nodes.findLast((n) => has(n, 'focused') === true && n.role?.value !== 'RootWebArea')
  const pressed = focus && has(focus, 'pressed')
  return focus ? `${String(focus.role?.value)}: ${String(focus.name?.value)}${pressed === undefined ? '' : `, ${pressed === 'true' ? 'pressed' : 'not pressed'}`}` : 'nothing'
}

/** Tabs on until what has the focus is called so. */
async function tabTo(page: Page, cdp: CDPSession, name: RegExp, back = false): Promise<void> {
  const passed: string[] = []
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab')
    const now = await heard(cdp)
    if (name.test(now)) return
    passed.push(now)
  }
  throw new Error(`no ${name} among ${passed.join(' | ')}`)
}

async function reader(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Accessibility.enable')
  return cdp
}

const said = (page: Page, text: RegExp) => page.locator('[data-testid^=voice] p').filter({ hasText: text }).last().waitFor({ state: 'attached' })

test('the whole journey goes by Tab, arrows and Enter, and all of it has a name', async () => {
  // So small that the house is seen by its zones.
  const page = await stage.buyer({ viewport: { width: 400, height: 800 } })
  const cdp = await reader(page)
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const hears = (what: RegExp) => expect.poll(() => heard(cdp)).toMatch(what)

  await page.goto(stage.server.url)
  await page.locator('article.event').first().waitFor() // what the server has drawn goes, and what has the focus with it
  await tabTo(page, cdp, /^link: .*Midnight in Seoul/)
  await press('Enter')
  await live(page)

  // One stop of the Tab key; among the zones, into one, and back.
  await tabTo(page, cdp, /^application: Seat map\./)
  await press('ArrowRight')
  await hears(/^button: Stalls Centre, ₩[\d,]+–₩[\d,]+, \d+ left$/)
  await press('ArrowUp')
  await hears(/^button: Standing, No fixed seat, ₩110,000, \d+ left$/)
  await press('ArrowRight')
  await hears(/^button: Stalls Right, ₩[\d,]+–₩[\d,]+, \d+ left$/)
  await press('Enter')
  await hears(/^button: Stalls Right, row A, seat \d+, .*Available, not pressed$/)
  await press('Escape')
  await hears(/^button: Stalls Right, ₩/)
  await press('Enter')
  await hears(/row A, seat \d+/)

  // In the row, across rows, and help, after which the keyboard is where it was.
  await press('End')
  const end = await heard(cdp)
  await press('Home')
  await expect.poll(() => heard(cdp)).not.toBe(end)
  await press('ArrowDown')
  await hears(/row B, seat \d+/)
  const place = await heard(cdp)
  await press('?')
  await page.getByRole('dialog', { name: 'The map by keyboard' }).waitFor()
  await press('Escape')
  await expect.poll(() => heard(cdp)).toBe(place)

  // Taken: it is said, and the focus stays, also when the language changes.
  await press('Enter')
  await said(page, /Stalls Right, row B, seats? [\d, -]+.* taken\. \d seats?, ₩[\d,]+\. .*left\./)
  await hears(/row B, seat \d+, .*Your seat, pressed$/)
  await page.getByTestId('language-ko').evaluate((button: HTMLElement) => {
    button.dispatchEvent(new MouseEvent('click', { bubbles: true }))
  })
  await hears(/B열 \d+번.*내 좌석, pressed$/)
  await page.getByTestId('language-en').evaluate((button: HTMLElement) => {
    button.dispatchEvent(new MouseEvent('click', { bubbles: true }))
  })
  await hears(/Your seat, pressed$/)

  // Its neighbour, too.
  await press('ArrowRight')
  await hears(/row B, seat \d+, .*Available, not pressed$/)
  await press('Enter')
  await said(page, /taken\. 2 seats, ₩[\d,]+\. /)
  await hears(/Your seat, pressed$/)

  // One Tab leaves the map, and one comes back to the very seat.
  await press('Tab')
  expect(await heard(cdp)).not.toContain('row B')
  await press('Shift+Tab')
  await hears(/Your seat, pressed$/)

  // Contact and booking.
  await tabTo(page, cdp, /^button: \d seats?.*Show your seats/)
  await press('Enter')
  await tabTo(page, cdp, /^button: Name and e-mail/)
  await press('Enter')
  await tabTo(page, cdp, /^textbox: Name/)
  await page.keyboard.type('Kim Min-ji')
  await tabTo(page, cdp, /^textbox: E-mail/)
  await page.keyboard.type('minji@example.com')
  await tabTo(page, cdp, /^button: Book \d seats?/)
  await press('Enter')
  await page.getByTestId('booking-status').filter({ hasText: 'Confirmed' }).first().waitFor()
  await page.getByTestId('booking-total').waitFor()
  await hears(/^main/)

  // One seat back, after one question.
  await tabTo(page, cdp, /^button: Give back Stalls Right, row B, seat \d+/)
  await press('Enter')
  await hears(/^button: Keep it$/)
  await press('Tab')
  await hears(/^button: Yes, /)
  await press('Enter')
  await said(page, /given back|cancelled/i)
})

test('the list takes a seat without the map, and leads back to where it was opened', async () => {
  const page = await stage.buyer()
  const cdp = await reader(page)
  await page.goto(`${stage.server.url}/events/demo`)
  await live(page)
  await tabTo(page, cdp, /^button: Seats as a list/)
  await page.keyboard.press('Enter')
  await expect.poll(() => heard(cdp)).toMatch(/^heading: Seats as a list/)
  await tabTo(page, cdp, /^button: Row \w+, seat/)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect.poll(() => heard(cdp)).toMatch(/Your seat, pressed$/)
  await said(page, /taken\./)
  await page.keyboard.press('Escape')
  await expect.poll(() => heard(cdp)).toBe('button: Seats as a list')
  await page.getByRole('button', { name: /^Book \d seat/ }).press('Enter')
  await page.getByTestId('booking-status').filter({ hasText: 'Confirmed' }).first().waitFor()
})
