import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from 'playwright-core'

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A screen that a buyer may have. */
export interface Screen {
  name: string
  width: number
  height: number
  touch: boolean
}
export const PHONE: Screen = { name: '390x844', width: 390, height: 844, touch: true }
export const DESK: Screen = { name: '1440x900', width: 1440, height: 900, touch: false }

export function browserPath(): string {
  const path = process.env.JARI_CHROMIUM ?? BROWSERS.find((b) => existsSync(b))
  if (!path) throw new Error(`no browser: none of ${BROWSERS.join(', ')}; set JARI_CHROMIUM`)
  return path
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
}

/** A buyer's page, with a session and storage of its own, and the line to the browser's own tools. */
export interface BuyersPage {
  context: BrowserContext
  page: Page
  tools: CDPSession
}

/** On purpose without reduced motion, and sharp as the screens of phones are. */
export async function openPage(browser: Browser, screen: Screen, language = 'en-GB'): Promise<BuyersPage> {
  const context = await browser.newContext({
    viewport: { width: screen.width, height: screen.height },
    locale: language,
    hasTouch: screen.touch,
    isMobile: screen.touch,
    deviceScaleFactor: screen.touch ? 2 : 1,
  })
  const page = await context.newPage()
  return { context, page, tools: await context.newCDPSession(page) }
}

/** Slows the page's processor down so many times. */
export async function slow(tools: CDPSession, times: number): Promise<void> {
  await tools.send('Emulation.setCPUThrottlingRate', { rate: times })
}
