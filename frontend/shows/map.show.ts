import type { Page } from 'playwright-core'
import { describe, test } from 'vitest'
import { DESK, openPage, PHONE, slow, type BuyersPage, type Screen } from './browser'
import { setApart } from './cores'
import { Crowd } from './crowd'
import { fingers, mouse } from './hand'
import { spotOf, type Spot } from './plan'
import { fixed, mean, percentile, Report, spread } from './report'
import { play, type Scene } from './score'
import { ready, useStage } from './stage'
import { BEGIN, END, GAUGE, Trace, workOf, type Work } from './trace'
import { Arrivals, watch, watched, type Seen } from './watch'

/**
 * Changes a second that shall arrive. Nothing is watched before the first pause, nor what is far from the view, and close to each
 * other two are one: so other buyers, in the zones around the seat that is come close to, make FAST many while less than AIM has arrived.
 * AIM is more, for the page is asked now and then only: with 200, 185 to 189 arrived on a phone.
 */
const CHANGES = 200
const AIM = 215
const FAST = 500
const SLOW = 80
/** ms of work a frame, by how many times the processor is slowed down. */
const WORK: Record<number, number> = { 1: 6, 4: 24 }
const LONGEST_TASK = 50
const NODES = 5_000
/** Of the frames of an empty page, %. */
const FRAMES = 90
/** Scenes of each kind, judged by the middle one: a machine that others share is by a half faster or slower from minute to minute. */
const ROUNDS = Number(process.env.JARI_SHOW_ROUNDS ?? 3)
/** Turns of the wheel, px, by which it is found out how far a turn zooms. */
const TRIAL = 200

/** What the map is told beside: pages with nothing on them, and with one picture that each input moves by a CSS transform, as any map does. */
const EMPTY = '<!doctype html><title>empty</title>'
const PICTURE = `<!doctype html><title>picture</title>
<style>body { margin: 0; overflow: hidden } #picture { position: absolute; inset: -80%; background: conic-gradient(red, gold, teal, red) 0 0 / 24px 24px; will-change: transform }</style>
<div id="picture"></div>
<script>
  let moves = 0
  let due = false
  function move(event) {
    event.preventDefault()
    if (due) return
    due = true
    requestAnimationFrame(() => {
      due = false
      moves++
      picture.style.transform = 'translate(' + (moves % 40) + 'px, 0) scale(' + (1 + (moves % 20) / 40) + ')'
    })
  }
  for (const input of ['wheel', 'mousemove', 'touchmove']) addEventListener(input, move, { passive: false })
</script>`

const stage = useStage('bowl', 'stadium')

interface Sight {
  /** px of the screen for a plan unit. */
  scale: number
  focus: { x: number; y: number }
  middle: { x: number; y: number }
  width: number
  height: number
}

/** Where the map is on the screen, and a seat on it. */
function look(page: Page, { x, y }: { x: number; y: number }): Promise<Sight> {
  return page.evaluate(
    ({ x, y }) => {
      const picture = document.querySelector<SVGSVGElement>('.map-picture .sheet')
      const at = picture?.getScreenCTM()
      const box = document.querySelector('[data-testid=seat-map]')?.getBoundingClientRect()
      if (!at || !box) throw new Error('no map')
      const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 }
      return { scale: at.a, focus: { x: at.a * x + at.e, y: at.d * y + at.f }, middle, width: box.width, height: box.height }
    },
    { x, y },
  )
}

/** Finds out how far the map zooms by a turn of the wheel, and puts it back. */
async function learnWheel({ page, tools }: BuyersPage, spot: Spot): Promise<number> {
  const before = await look(page, spot.focus)
  const turn = (deltaY: number) => tools.send('Input.dispatchMouseEvent', { type: 'mouseWheel', ...before.middle, deltaX: 0, deltaY })
  await turn(-TRIAL)
  const scale = async () => (await look(page, spot.focus)).scale
  let after = before.scale
  for (const late = Date.now() + 10_000; ; ) {
    const now = await scale()
    if (now > before.scale && now === after) break
    if (Date.now() > late) throw new Error('the wheel does not zoom')
    after = now
    await page.waitForTimeout(300)
  }
  await page.getByTestId('fit').click()
  await page.waitForTimeout(1_000)
  return TRIAL / Math.log2(after / before.scale)
}

interface Played {
  work: Work
  seen: Seen
  /** ms. */
  took: number
}

/** Plays a scene on a page that is slowed down so many times; `note` is called just before and just after. */
async function record({ page, tools }: BuyersPage, times: number, scene: Scene, note: () => Promise<void> = () => Promise.resolve()): Promise<Played> {
  await slow(tools, times)
  const trace = new Trace(stage.browser)
  await trace.start()
  // What is not slowed down is not charged for waiting. The trace has a process of its own, which has begun now.
  const together = times > 1 ? await setApart(stage.browser, [stage.house.pid]) : undefined
  try {
    await watch(page, BEGIN)
    await note()
    const took = await play(scene)
    await note()
    const seen = await watched(page, END)
    const work = workOf(await trace.stop())
    if (work.gauge.length === 0) throw new Error(`the trace has no run of ${GAUGE}`)
    return { work, seen, took }
  } finally {
    await together?.()
  }
}

/** What has been done and used up to now; CPU times in s. */
interface Tally {
  /** ms. */
  at: number
  made: number
  arrived: number
  server: number
  driver: number
}

function tally(crowd: Crowd, arrivals: Arrivals): Tally {
  const own = process.cpuUsage()
  return { at: performance.now(), made: crowd.made, arrived: arrivals.changes, server: stage.house.cpu() / 1000, driver: (own.user + own.system) / 1e6 }
}

/** The same inputs on another page. */
async function onPlainPage(content: string, screen: Screen, times: number, scene: Omit<Scene, 'hand'>, perDoubling: number): Promise<Played> {
  const plain = await openPage(stage.browser, screen)
  await plain.page.setContent(content)
  const played = await record(plain, times, { ...scene, hand: screen.touch ? fingers(plain.tools) : mouse(plain.tools, perDoubling) })
  await plain.context.close()
  return played
}

/** What one scene gave. */
interface Round {
  map: Played
  empty: Played
  picture: Played
  /** A second, between the two notes. */
  aSecond: (what: keyof Tally) => number
}

/** A page that has just come, the scene on it, and the same on the others just before. */
async function round(event: 'bowl' | 'stadium', screen: Screen, times: number): Promise<Round> {
  const spot = await spotOf(stage.house, event)
  const crowd = await Crowd.gather(stage.house, event, spot.around)
  const buyer = await openPage(stage.browser, screen)
  const arrivals = await Arrivals.at(buyer.page)
  await buyer.page.goto(`${stage.house.url}/events/${event}`)
  await ready(buyer.page)
  const perDoubling = screen.touch ? 1 : await learnWheel(buyer, spot)
  const sight = await look(buyer.page, spot.focus)
  const scene = { ...sight, pitch: sight.scale * spot.pitch }

  const picture = await onPlainPage(PICTURE, screen, times, scene, perDoubling)
  const empty = await onPlainPage(EMPTY, screen, times, scene, perDoubling)
  const tallies: Tally[] = []
  const behind = ([first]: Tally[]) => first !== undefined && arrivals.changes - first.arrived < ((performance.now() - first.at) / 1000) * AIM
  arrivals.begin()
  crowd.start(() => (behind(tallies) ? FAST : SLOW))
  const note = async () => {
    await arrivals.ask()
    tallies.push(tally(crowd, arrivals))
  }
  const map = await record(buyer, times, { ...scene, hand: screen.touch ? fingers(buyer.tools) : mouse(buyer.tools, perDoubling) }, note).finally(() => {
    arrivals.end()
    crowd.stop()
  })
  await crowd.leave()
  await buyer.context.close()
  return { map, empty, picture, aSecond: (what) => (1000 * ((tallies[1]?.[what] ?? 0) - (tallies[0]?.[what] ?? 0))) / map.took }
}

describe.each(['bowl', 'stadium'] as const)('pan and zoom: %s', (event) => {
  for (const screen of [PHONE, DESK]) {
    test.each([1, 4])(`${screen.name} x%i`, async (times) => {
      const report = new Report(`${event} ${screen.name}${times > 1 ? `, ${times} x CPU` : ''}`)
      stage.house.yield()
      const rounds: Round[] = []
      while (rounds.length < ROUNDS) rounds.push(await round(event, screen, times))
      const of = (value: (round: Round) => number) => rounds.map(value)
      const each = (value: (round: Round) => string) => rounds.map(value).join('; ')
      const rate = ({ seen, took }: Played) => seen.frames / (took / 1000)
      report.most('main thread a frame, p95, median', percentile(of(({ map }) => percentile(map.work.frames, 95)), 50), WORK[times] ?? 0, ' ms')
      report.tell('main thread a frame: p50, p95, max, each', each(({ map }) => spread(map.work.frames)))
      report.tell('of the empty page', each(({ empty }) => spread(empty.work.frames)))
      report.tell('of one picture that is moved', each(({ picture }) => spread(picture.work.frames)))
      report.most('longest task of all', Math.max(...of(({ map }) => map.work.longest)), LONGEST_TASK, ' ms')
      report.tell('longest task on the wall; of the empty page', each(({ map, empty }) => `${fixed(map.work.longestOnWall, 1)}, ${fixed(empty.work.longestOnWall, 1)} ms`))
      report.most('SVG nodes at once', Math.max(...of(({ map }) => map.seen.nodes)), NODES, '', 0)
      report.middle('frames, of those of an empty page', of(({ map, empty }) => (100 * rate(map)) / rate(empty)), { least: FRAMES }, ' %', 1)
      report.tell('frames a second; of the empty page; of one picture', each(({ map, empty, picture }) => [map, empty, picture].map((played) => fixed(rate(played), 1)).join(', ')))
      report.tell('a fixed piece of work, mean; on the empty page; with one picture', each(({ map, empty, picture }) => `${[map, empty, picture].map(({ work }) => fixed(mean(work.gauge), 2)).join(', ')} ms`))
      report.tell('levels drawn', rounds[0]?.map.seen.levels.join(' ') ?? '')
      report.must('seats with numbers are among them', 'yes', rounds.every(({ map }) => map.seen.levels.includes('numbers')) ? 'yes' : 'no')
      report.least('changes a second that arrived', Math.min(...of(({ aSecond }) => aSecond('arrived'))), CHANGES, '', 0)
      report.tell('changes a second that were made', each(({ aSecond }) => fixed(aSecond('made'), 0)))
      report.tell('took', each(({ map }) => `${fixed(map.took / 1000, 1)} s`))
      report.tell('CPU: page, driver and crowd, server', each(({ map, aSecond }) => [map.work.total / map.took, aSecond('driver'), aSecond('server')].map((part) => `${fixed(100 * part, 0)} %`).join(', ')))
      report.close()
    })
  }
})
