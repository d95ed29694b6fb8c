import { test } from 'vitest'
import { openPage, PHONE, slow } from './browser'
import { fixed, Report } from './report'
import { useStage } from './stage'

const RUNS = 5
/** A narrow line and a slow phone: bits a second, ms, times. */
const LINE = 1_600_000
const LATENCY = 150
const SLOWER = 4
/** ms. */
const OVERVIEW = 1_500
const PICKABLE = 3_000
/** Of scripts until a seat can be chosen, compressed and with their headers, KB of 1,000 bytes. */
const SCRIPTS = 150

const stage = useStage()

declare global {
  interface Window {
    jariLoaded?: { overview: number; pickable: number; live: number }
  }
}

interface Load {
  /** The outlines of zones are painted; all seats and their states are there, so that one can be chosen; the socket brings changes. ms from the first byte asked for. */
  overview: number
  pickable: number
  live: number
  /** KB over the line: scripts until then, everything. */
  scripts: number
  all: number
}

/** Opens an event as somebody does who has never been here. */
async function load(path: string): Promise<Load> {
  const { context, page, tools } = await openPage(stage.browser, PHONE)
  page.setDefaultTimeout(60_000)
  await tools.send('Network.enable')
  await tools.send('Network.emulateNetworkConditions', { offline: false, latency: LATENCY, downloadThroughput: LINE / 8, uploadThroughput: LINE / 8 })
  await slow(tools, SLOWER)
  const files = new Map<string, { url: string; bytes: number }>()
  tools.on('Network.responseReceived', ({ requestId, response }) => files.set(requestId, { url: response.url, bytes: 0 }))
  tools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const file = files.get(requestId)
    if (file) file.bytes = encodedDataLength
  })
  await page.addInitScript(() => {
    const times = { overview: 0, pickable: 0, live: 0 }
    window.jariLoaded = times
    const marks = {
      overview: 'svg.still-house path, .map-picture path',
      pickable: '[data-testid=seat-map][data-ready]',
      live: '[data-testid=connection][data-state=live]',
    }
    // The task after a frame's callbacks comes when it has been painted.
    const look = () => {
      for (const [name, selector] of Object.entries(marks) as [keyof typeof marks, string][]) {
        if (times[name] > 0 || !document.querySelector(selector)) continue
        times[name] = performance.now()
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => (times[name] = performance.now())
        port2.postMessage(0)
      }
      if (Object.values(times).includes(0)) requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  await page.goto(`${stage.house.url}${path}`, { waitUntil: 'commit' })
  await page.waitForFunction(() => window.jariLoaded && !Object.values(window.jariLoaded).includes(0))
  await page.waitForLoadState('load')
  const times = await page.evaluate(() => {
    const [paint] = performance.getEntriesByName('first-contentful-paint')
    const { overview = 0, pickable = 0, live = 0 } = window.jariLoaded ?? {}
    const scripts = performance.getEntriesByType('resource').filter((file) => new URL(file.name).pathname.endsWith('.js') && file.startTime <= Math.max(pickable, live))
    return { overview: Math.max(overview, paint?.startTime ?? Infinity), pickable, live, scripts: scripts.map((file) => file.name) }
  })
  await context.close()
  const sum = (some: { bytes: number }[]) => some.reduce((all, file) => all + file.bytes, 0) / 1000
  const all = [...files.values()]
  return { ...times, scripts: sum(all.filter((file) => times.scripts.includes(file.url))), all: sum(all) }
}

test('cold load', async () => {
  const report = new Report('cold load, 1.6 Mbit/s, 150 ms, 4 x CPU')
  await load('/events/demo') // the server has not composed the page before
  const loads: Load[] = []
  for (let i = 0; i < RUNS; i++) loads.push(await load('/events/demo'))
  const all = (what: keyof Load) => loads.map((one) => one[what])
  report.middle('house painted', all('overview'), { most: OVERVIEW }, ' ms')
  report.middle('seats can be chosen', all('pickable'), { most: PICKABLE }, ' ms')
  report.tell('live, each', `${all('live').map((ms) => fixed(ms, 0)).join(', ')} ms`)
  report.most('scripts over the line', Math.max(...all('scripts')), SCRIPTS, ' KB')
  report.tell('everything over the line', `${fixed(Math.max(...all('all')), 1)} KB`)
  report.close()
})
