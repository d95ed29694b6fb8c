import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'

const run = promisify(execFile)

/** The thread by which the browser slows a page down, as far as /proc tells its name. */
const SLOWER = 'CPUThrottlingTh'

/** Processors that this process may use, before any is set apart. */
const PROCESSORS = (/^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '').split(',').flatMap((range) => {
  const [first = NaN, last = first] = range.split('-').map(Number)
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
})

/**
 * `apart`: gives the main threads of pages a processor of their own, as a buyer's device has one for the page, and leaves the others to all
 * else: the rest of the browser, which draws without a graphics card here, this process, and `others` by their ids. Otherwise all may run anywhere.
 *
 * A page that is slowed down needs it. The browser makes its main thread wait, running, by the clock: as many times as long as it has been
 * since the last wait, whether the thread ran in it or stood behind another one. So the page would be charged for the others' work, and more than once.
 */
export async function shareProcessors(browser: Browser, others: readonly number[], apart: boolean): Promise<void> {
  const [own, ...rest] = apart ? PROCESSORS : [PROCESSORS.join(), PROCESSORS.join()]
  if (own === undefined || rest.length === 0) throw new Error('a page that is slowed down needs a processor of its own, and there is only one')
  const tools = await browser.newBrowserCDPSession()
  const { processInfo } = await tools.send('SystemInfo.getProcessInfo')
  await tools.detach()
  for (const { id, type } of [...processInfo, ...[process.pid, ...others].map((id) => ({ id, type: 'other' }))]) {
    for (const thread of readdirSync(`/proc/${id}/task`).map(Number)) {
      const place = `/proc/${id}/task/${thread}`
      try {
        const ofPage = type === 'renderer' && (thread === id || readFileSync(`${place}/comm`, 'utf8').startsWith(SLOWER))
        await run('taskset', ['--pid', '--cpu-list', ofPage ? `${own}` : rest.join(), `${thread}`])
      } catch (cause) {
        if (existsSync(place)) throw cause // else it ended meanwhile
      }
    }
  }
}
