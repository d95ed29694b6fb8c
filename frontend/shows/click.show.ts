import type { Page } from 'playwright-core'
import { describe, test } from 'vitest'
import { DESK, openPage, PHONE, type Screen } from './browser'
import { connect, Crowd } from './crowd'
import { clickable, lag, look, openEye, type Spot } from './eye'
import { spotOf } from './plan'
import { fixed, Report, spread } from './report'
import { ready, useStage } from './stage'

/** Seats that are taken, and given back; JARI_SHOW_CLICKS asks for others. */
const CLICKS = Number(process.env.JARI_SHOW_CLICKS ?? 60)
/** Changes a second by other buyers, in other zones. */
const CHANGES = 200
/** ms. */
const VISIBLE = 50
const ANSWERED = 150
/** One tick of a quiet node, and what drawing may take. */
const OTHERS = 20 + 100
/** From seat to seat that is clicked, for neighbours of a refused one are offered in its place. */
const STRIDE = 17
/** ms between an answer and the next click: five a second is as fast as a thumb is. */
const PAUSE = 200
/** ms between two looks at whether the map has come to rest. */
const REST = 400

const stage = useStage('bowl')

/** Waits until the map glides no more. */
async function rest(page: Page): Promise<void> {
  const where = () => page.locator('.map-picture .sheet').first().getAttribute('viewBox')
  for (let before = ''; ; ) {
    const now = (await where()) ?? ''
    if (now === before) return
    before = now
    await page.waitForTimeout(REST)
  }
}

describe.each(['demo', 'bowl'] as const)('click: %s', (event) => {
  test.each([PHONE, DESK])('$name', async (screen: Screen) => {
    const report = new Report(`click, ${event} ${screen.name}`)
    const { focus, around } = await spotOf(stage.house, event)
    const crowd = await Crowd.gather(stage.house, event, around.filter((place) => place.zone !== focus.zone))
    const { page, context } = await openPage(stage.browser, screen)
    await openEye(page)
    await page.goto(`${stage.house.url}/events/${event}?zone=${encodeURIComponent(focus.zone)}&seats=${encodeURIComponent(focus.id)}`)
    await ready(page)
    await page.locator('.map-picture[data-level=numbers], .map-picture[data-level=seats]').waitFor()
    await rest(page)
    const spots = await clickable(page, around.filter((place) => place.zone === focus.zone && place.id !== focus.id))
    if (spots.length === 0) throw new Error('no seat can be clicked')
    const spotAt = (i: number) => spots[(i * STRIDE) % spots.length] as Spot
    // Nobody's finger follows the answer at once: without a pause each click would wait until all of the last one is on the screen.
    const press = async ({ x, y }: Spot) => {
      await page.waitForTimeout(PAUSE)
      await (screen.touch ? page.touchscreen.tap(x, y) : page.mouse.click(x, y))
    }
    const seats = ({ place }: Spot) => ({ event, zone: place.zone, seats: [place.id] })
    const rival = await connect(stage.house)
    const clock = () => performance.timeOrigin + performance.now()

    crowd.start(() => CHANGES)
    const began = { at: performance.now(), made: crowd.made, server: stage.house.cpu(), driver: process.cpuUsage() }
    const seen: number[] = []
    const confirmed: number[] = []
    for (let i = 0; i < CLICKS; i++) {
      const taken = await look(page, spotAt(i).place, 'mine', 'granted')
      await press(spotAt(i))
      const take = await taken()
      const given = await look(page, spotAt(i).place, 'available', 'released')
      await press(spotAt(i))
      seen.push(take.seen, (await given()).seen)
      confirmed.push(take.done)
    }

    const refused: number[] = []
    for (let i = 0; i < CLICKS; i++) {
      await lag(page, true)
      const { type } = await rival.ask({ type: 'hold', ...seats(spotAt(i)) })
      if (type !== 'held') throw new Error(`the rival has ${type} instead of the seat`)
      const answered = await look(page, spotAt(i).place, 'held', 'refused')
      await press(spotAt(i))
      refused.push((await answered()).seen)
      await page.getByTestId('toast').getByRole('button').last().click() // it would lie over other seats
      await page.getByTestId('toast').first().waitFor({ state: 'detached' }) // and any other, which tells that a seat would be left alone
      await lag(page, false)
      const free = await look(page, spotAt(i).place, 'available')
      await rival.ask({ type: 'release', ...seats(spotAt(i)) })
      await free()
    }

    const others: number[] = []
    for (let i = 0; i < 2 * CLICKS; i++) {
      const takes = i % 2 === 0
      const spot = spotAt(Math.floor(i / 2))
      const drawn = await look(page, spot.place, takes ? 'held' : 'available')
      await rival.ask({ type: takes ? 'hold' : 'release', ...seats(spot) })
      const answered = clock()
      others.push((await drawn()).at - answered)
    }
    const took = performance.now() - began.at
    const driver = process.cpuUsage(began.driver)
    const cpu = [(driver.user + driver.system) / 1000, stage.house.cpu() - began.server]
    const changes = (1000 * (crowd.made - began.made)) / took
    crowd.stop()

    report.worst('a click seen', seen, VISIBLE)
    report.worst('confirmed', confirmed, ANSWERED)
    report.worst('refused', refused, ANSWERED)
    report.worst("another's change drawn", others, OTHERS)
    const timings = await page.evaluate(() => window.jariEye?.timings ?? [])
    report.tell(`clicks of 16 ms and more by the browser's event timing: ${timings.length}; p50, p95, max`, spread(timings))
    report.least('changes a second by others', changes, CHANGES * 0.9, '', 0)
    report.tell('took', `${fixed(took / 1000, 1)} s`)
    report.tell('CPU: driver and crowd; server', cpu.map((ms) => `${fixed((100 * ms) / took, 0)} %`).join('; '))
    rival.close()
    await crowd.leave()
    await context.close()
    report.close()
  })
})
