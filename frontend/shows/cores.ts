import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'

const run = promisify(execFile)

/** The thread by which the browser slows a page down, as far as /proc tells its name; and how long it may take to call itself so, ms. */
const SLOWER = 'CPUThrottlingTh'
const NAMED = 2_000

/** Processors that this process may use, before any is set apart. */
const PROCESSORS = processors()

function processors(): number[] {
  const list = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  if (list === undefined) throw new Error('/proc/self/status does not tell which processors may be used')
  return list.split(',').flatMap((range) => {
    const [first = NaN, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
}

/**
 * Gives the main thread of the page that is slowed down, and the thread that slows it down, a processor of their own: the rest of the
 * browser, this process and `others`, by their ids, get the others. Threads that the main thread itself starts later stay with it. What it
 * answers lets all run anywhere again.
 *
 * To slow a page down N times the browser interrupts its main thread every 0.2 ms, and lets it spin for N - 1 times the time since it last
 * spun. That is time of the clock: if another thread ran in between, the page spins for that as well, and its spinning is counted as its
 * work. The thread that interrupts goes along: among others it comes late, and the page is slowed down less than was asked for.
 */
export async function setApart(browser: Browser, others: readonly number[]): Promise<() => Promise<void>> {
  const own = PROCESSORS.at(-1)
  const rest = PROCESSORS.slice(0, -1)
  if (own === undefined || rest.length === 0) throw new Error('a page that is slowed down needs a processor of its own, and there is only one')
  const tools = await browser.newBrowserCDPSession()
  const processes = [process.pid, ...others, ...(await tools.send('SystemInfo.getProcessInfo')).processInfo.map(({ id }) => id)]
  await tools.detach()
  const apart = await slowed(processes)
  await move(processes, (thread) => (apart.has(thread) ? [own] : rest))
  return () => move(processes, () => PROCESSORS)
}

/** The main thread of the page that is slowed down, and what slows it down; one that was before may be ending still. */
async function slowed(processes: readonly number[]): Promise<Set<number>> {
  for (const late = Date.now() + NAMED; Date.now() < late; await pause(20)) {
    const found = processes.flatMap((id) => threadsOf(id).flatMap((thread) => (nameOf(id, thread) === SLOWER ? [[id, thread]] : [])))
    if (found.length === 1) return new Set(found[0])
  }
  throw new Error(`not just one process of the browser has a thread ${SLOWER}: no page is slowed down, or more than one, or it is called otherwise now`)
}

/** Until there are no threads that were not there before: they begin and end all the time. */
async function move(processes: readonly number[], where: (thread: number) => readonly number[]): Promise<void> {
  const moved = new Set<number>()
  for (let more = true; more; ) {
    more = false
    for (const id of processes) {
      for (const thread of threadsOf(id).filter((thread) => !moved.has(thread))) {
        moved.add(thread)
        more = true
        try {
          await run('taskset', ['--pid', '--cpu-list', where(thread).join(), `${thread}`])
        } catch (cause) {
          if (existsSync(`/proc/${id}/task/${thread}`)) throw cause // else it ended meanwhile
        }
      }
    }
  }
}

/** None: the process ended. */
function threadsOf(id: number): number[] {
  const folder = `/proc/${id}/task`
  try {
    return readdirSync(folder).map(Number)
  } catch (cause) {
    if (existsSync(folder)) throw cause
    return []
  }
}

function nameOf(id: number, thread: number): string {
  const folder = `/proc/${id}/task/${thread}`
  try {
    return readFileSync(`${folder}/comm`, 'utf8').trimEnd()
  } catch (cause) {
    if (existsSync(folder)) throw cause
    return ''
  }
}
