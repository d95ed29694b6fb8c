import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { watch } from './described'
import { Server } from './server'

const PICTURES = join(import.meta.dirname, '../../test-results')
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** What a page may say about a server that is away while the test has it away. */
const AWAY = /ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_SOCKET_NOT_CONNECTED|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED|WebSocket (connection|is closed)|status of 50[23]/

/** Chromium's own word when a page that a script has left with seats was not touched since it was loaded; a buyer has touched it. */
const UNTOUCHED = /Blocked attempt to show a 'beforeunload'/

/** Screens that buyers have. */
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true }
export const DESK = { viewport: { width: 1440, height: 900 } }
export const SIZES = [
  ['phone', PHONE],
  ['desk', DESK],
] as const

/** The stage of a file's tests: there before the first, gone after the last, and cleared after each. `settings`: flags for the server. */
export function useStage(settings: () => string[] = () => []): Stage {
  const stage = new Stage()
  beforeAll(() => stage.open(...settings()))
  afterEach(() => stage.clear())
  afterAll(() => stage.close())
  return stage
}

/** A server, a browser, and the pages in it. */
export class Stage {
  /** Everything that a page complained of. */
  readonly complaints: string[] = []
  private readonly contexts: BrowserContext[] = []
  private opened: { server: Server; browser: Browser } | null = null
  /** While true, pages may complain that the server is away. A test begins without either of these. */
  away = false
  /** What pages may complain of besides, because the test provokes it. */
  provoked: RegExp | null = null

  async open(...settings: string[]): Promise<void> {
    const executablePath = process.env.JARI_CHROMIUM ?? BROWSERS.find((b) => existsSync(b))
    if (!executablePath) throw new Error(`no browser: none of ${BROWSERS.join(', ')}; set JARI_CHROMIUM`)
    mkdirSync(PICTURES, { recursive: true })
    const [browser, server] = await Promise.all([chromium.launch({ executablePath, args: ['--no-sandbox'] }), Server.start(...settings)])
    this.opened = { server, browser }
  }

  get server(): Server {
    return this.there.server
  }

  private get there() {
    if (!this.opened) throw new Error('the stage opens before the first test')
    return this.opened
  }

  /** A buyer: a page with storage, and so a session, of its own. */
  async buyer(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.there.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', reducedMotion: 'reduce', ...options })
    this.contexts.push(context)
    return this.tab(context)
  }

  /** Another tab of a buyer. */
  async tab(context: BrowserContext): Promise<Page> {
    const page = await context.newPage()
    const complain = (text: string) => {
      if (!UNTOUCHED.test(text) && !(this.away && AWAY.test(text)) && !this.provoked?.test(text)) this.complaints.push(text)
    }
    page.on('console', (m) => {
      if (m.type() === 'error' || m.type() === 'warning') complain(`${m.type()}: ${m.text()}`)
    })
    page.on('pageerror', (error) => {
      complain(String(error))
    })
    watch(page, (defect) => this.complaints.push(defect))
    return page
  }

  /** Ends the buyers of a test; their pages must have had nothing to complain of. */
  async clear(): Promise<void> {
    const contexts = this.contexts.splice(0)
    // What a test has answered in the server's place may be under way still.
    await Promise.all(contexts.flatMap((context) => context.pages().map((page) => page.unrouteAll({ behavior: 'ignoreErrors' }))))
    await Promise.all(contexts.map((context) => context.close()))
    this.away = false
    this.provoked = null
    expect(this.complaints.splice(0)).toEqual([])
  }

  async close(): Promise<void> {
    await Promise.all([this.opened?.browser.close(), this.opened?.server.stop()])
  }
}

/** Keeps what a page looks like in test-results/. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(PICTURES, `${name}.png`) })
}
