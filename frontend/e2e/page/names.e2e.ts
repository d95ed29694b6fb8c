import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { live } from '../house'
import { useStage } from '../stage'

/** The whole journey by what assistive technology is told: roles and names, and nothing else, in both languages. */
const stage = useStage()

const ENGLISH = {
  locale: 'en-GB',
  events: 'On stage',
  map: /^Seat map\./,
  free: /^Stalls .+, row \w+, seat \d+, .+, ₩[\d,]+, Available$/,
  mine: /^Stalls .+, row \w+, seat \d+, .+, ₩[\d,]+, Your seat$/,
  back: /^Give back Stalls .+, row \w+, seat \d+$/,
  book: /^Book 1 seat/,
  code: /^Code that opens this booking, reference (\w, ){7}\w$/,
  bookings: 'My bookings',
  cancel: 'Cancel booking',
  question: 'Cancel this booking?',
  yes: 'Yes, cancel',
  done: 'This booking was cancelled. The seats are on sale again.',
}
const KOREAN: typeof ENGLISH = {
  locale: 'ko-KR',
  events: '지금 무대에서',
  map: /^좌석도\./,
  free: /^Stalls .+ \w+열 \d+번, .+, ₩[\d,]+, 선택 가능$/,
  mine: /^Stalls .+ \w+열 \d+번, .+, ₩[\d,]+, 내 좌석$/,
  back: /^Stalls .+ \w+열 \d+번 반납$/,
  book: /^1석 예매하기/,
  code: /^이 예매를 여는 QR 코드, 예매 번호 (\w, ){7}\w$/,
  bookings: '내 예매',
  cancel: '예매 취소',
  question: '예매를 취소할까요?',
  yes: '네, 취소합니다',
  done: '취소된 예매입니다. 좌석은 다시 판매 중입니다.',
}

interface Node {
  ignored: boolean
  role?: { value: string }
  name?: { value: string }
}

/** What can be used or is a place of its own, and so must say what it is. */
const NAMED = /^(application|button|checkbox|combobox|dialog|image|img|link|listbox|menuitem|option|radio|searchbox|slider|spinbutton|switch|tab|textbox)$/

test.each([['English', ENGLISH], ['Korean', KOREAN]])('from the events to a cancelled booking, by roles and names in %s', async (_, words) => {
  const page = await stage.buyer({ locale: words.locale })
  const tools = await page.context().newCDPSession(page)
  const named = async (step: string) => {
    const { nodes } = (await tools.send('Accessibility.getFullAXTree')) as { nodes: Node[] }
    const usable = nodes.filter((n) => !n.ignored && NAMED.test(n.role?.value ?? ''))
    expect(usable.length, step).toBeGreaterThan(2)
    expect(usable.filter((n) => (n.name?.value ?? '').trim() === '').map((n) => n.role?.value), step).toEqual([])
  }
  const { button, heading, link } = roles(page)

  await page.goto(stage.server.url)
  // What the server has drawn has the heading too, and not this.
  await link(words.bookings).first().waitFor()
  await heading(words.events).waitFor()
  await named('events')
  await link(/Midnight in Seoul/).first().click()

  const map = page.getByRole('application', { name: words.map })
  // Before its seats have come, the map can only be gone along by zones; and their states come later.
  await live(page)
  await map.press('ArrowRight')
  await button(words.free).waitFor()
  await named('event')
  await button(words.free).press('Enter')
  await button(words.mine).waitFor()
  await button(words.back).waitFor()
  await named('hold')

  await button(words.book).click()
  await page.getByRole('img', { name: words.code }).waitFor()
  await named('booking')
  await link(words.bookings).first().click()
  await heading(words.bookings).waitFor()
  await link(/Midnight in Seoul/).waitFor()
  await named('my bookings')

  await link(/Midnight in Seoul/).click()
  await button(words.cancel).click()
  await page.getByRole('dialog', { name: words.question }).waitFor()
  await named('question')
  await button(words.yes).click()
  await page.getByRole('main').getByText(words.done).waitFor()
  await named('cancelled')
})

function roles(page: Page) {
  const by = (role: 'button' | 'heading' | 'link') => (name: string | RegExp) => page.getByRole(role, { name, exact: true })
  return { button: by('button'), heading: by('heading'), link: by('link') }
}
