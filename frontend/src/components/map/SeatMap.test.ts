import { enableAutoUnmount, mount } from '@vue/test-utils'
import { getActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { type Announcer, provideAnnouncer } from '@/composables/useAnnounce'
import { i18n, speak } from '@/locales'
import { Camera } from '@/seatmap/camera'
import { smallHouse } from '@/testing/plan'
import { LIMITS } from '@/testing/socket'
import { NOW, atNow, openHouse, settled } from '@/testing/stores'
import SeatMap from './SeatMap.vue'

atNow()
enableAutoUnmount(afterEach)
beforeEach(() => {
  speak('en')
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(440)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400)
})
afterEach(() => {
  vi.restoreAllMocks()
})

/**
 * The map of the small house with another zone right of the stalls, its seats 22 px apart. The keyboard is on the stalls, where Enter
 * waits: nobody has told yet which of their seats are free. `seen`: of the other zone that is known.
 */
async function waiting({ seen = false } = {}) {
  const [A] = smallHouse().zones
  const house = await openHouse({
    without: ['GET /events/small/zones'],
    change: (event) => {
      const [shape] = event.zones
      if (!shape) throw new Error('no zones')
      event.zones.push({ ...shape, id: 'B', label: 'Right', bounds: { ...shape.bounds, x: 100 }, outline: shape.outline.map(([x, y]) => [x + 100, y] as [number, number]) })
    },
  })
  const right = A?.seats.map((s) => ({ ...s, id: `B.${s.id}`, x: s.x + 100 }))
  house.routes['GET /events/small/zones'] = () => ({ status: 200, body: { plan: 'h1', zones: { A: A?.seats, B: right } } })
  await house.live.load(['A', 'B'])
  /** It is known which of a zone's seats are free, and they are drawn. */
  const tell = async (zone: string) => {
    await house.push({ type: 'snapshot', event: 'small', zone, epoch: 1, version: 1, states: '0'.repeat(15) })
    await vi.advanceTimersByTimeAsync(100)
  }
  house.wire().opens()
  await settled()
  await house.answer('auth', { type: 'authed', now: NOW, buyer: { id: 'b1' }, limits: LIMITS })
  const pinia = getActivePinia()
  let announcer: Announcer | undefined
  const heard = {
    setup() {
      announcer = provideAnnouncer()
      return () => h(SeatMap, { link: { zones: [], seats: [] } })
    },
  }
  const page = mount(heard, { attachTo: document.body, global: { plugins: pinia ? [i18n, pinia] : [i18n] } })
  await settled()
  await vi.advanceTimersByTimeAsync(100) // Vue takes no event of the moment that a listener came in
  if (seen) await tell('B')
  const surface = page.get<HTMLElement>('[data-testid="seat-map"]')
  const at = () => page.get('[data-testid="map-stand"]:not([hidden])').attributes('aria-label')
  const type = async (key: string) => {
    await surface.trigger('keydown', { key })
    await settled()
  }
  /** Where the other zone's middle, which is a seat, is on the surface. */
  await type('End')
  const [, x, y] = /translate\((.+)px, (.+)px\)/.exec(page.get<HTMLElement>('[data-testid="map-stand"]:not([hidden])').element.style.transform) ?? []
  const there = { clientX: Number(x), clientY: Number(y) }
  await type('Home')
  await type('Enter')
  const said = async () => {
    await vi.advanceTimersByTimeAsync(1_000)
    return announcer?.polite.said.value.map(({ text }) => text)
  }
  return { page, surface, at, there, type, said, known: () => tell('A') }
}

type Waiting = Awaited<ReturnType<typeof waiting>>

function press({ surface, there }: Waiting, pointerType: string): void {
  surface.element.dispatchEvent(new PointerEvent('pointerdown', { pointerType, bubbles: true, ...there }))
}

function click(one: Waiting, pointerType: string): void {
  press(one, pointerType)
  one.surface.element.dispatchEvent(new MouseEvent('click', { bubbles: true, ...one.there }))
}

describe('a key that waits for what is not known', () => {
  it('goes on when it is', async () => {
    const { at, known } = await waiting()
    expect(at()).toMatch(/^Stalls, ₩/)
    await known()
    expect(at()).toMatch(/^Stalls, row A, seat 1,/)
  })

  it.each([
    ['a click on the outline of another zone', false, 'showZone', (one: Waiting) => { click(one, 'mouse') }],
    ['a tap that comes closer to seats', true, 'zoomInAt', (one: Waiting) => { click(one, 'touch') }],
    ['a drag', true, null, (one: Waiting) => { press(one, 'mouse') }],
    ['the wheel', true, null, (one: Waiting) => one.surface.trigger('wheel', { deltaY: -100, ...one.there })],
    ['a button over the map', true, 'zoomBy', (one: Waiting) => one.page.get('[data-testid="zoom-in"]').trigger('click')],
    ['the zone picker', true, 'showZone', async ({ page }: Waiting) => {
      await page.get('[data-testid="zone-picker"]').trigger('click')
      await vi.dynamicImportSettled()
      await settled()
      await page.get('[data-testid="zone-B"]').trigger('click')
    }],
  ] as const)('leads a buyer nowhere who went on by %s', async (_, seen, move, act) => {
    const one = await waiting({ seen })
    const moved = move && vi.spyOn(Camera.prototype, move)
    await act(one)
    await settled()
    if (moved) expect(moved).toHaveBeenCalledOnce()
    await one.known()
    expect(one.at()).toMatch(/^Stalls, ₩/)
  })

  it('goes on for a screen reader that presses the zone once more', async () => {
    const { page, at, known } = await waiting()
    await page.get('[data-testid="map-stand"]:not([hidden])').trigger('click')
    await known()
    expect(at()).toMatch(/^Stalls, row A, seat 1,/)
  })
})

it('a key that would take a seat of which nobody has told is answered at once', async () => {
  const { at, type, said } = await waiting({ seen: true })
  await type('End')
  await type('Enter')
  await type('ArrowLeft')
  expect(at()).toMatch(/^Stalls, row A, seat 5,/)
  expect(await said()).not.toContain('Still asking which seats of Stalls can be had.')
  await type('Enter')
  expect(await said()).toContain('Still asking which seats of Stalls can be had.')
})
