import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import { addSeats, buildPlan } from '@/seatmap/model'
import type { Place } from '@/seatmap/steps'
import type { Level } from '@/seatmap/viewport'
import { smallHouse } from '@/testing/plan'
import { useMapKeys } from './useMapKeys'

/**
 * Zone A, three rows of five; right of it zone B with the same seats, not loaded; below both the general zone G:
 *     A B
 *     G
 */
function rig(level: Level = 'seats') {
  const { event, zones } = smallHouse()
  const [A] = zones
  const [shape, general] = event.zones
  if (!A || !shape || !general) throw new Error('no zones')
  const move = (by: number) => ({ ...shape, id: 'B', label: 'Right', bounds: { ...shape.bounds, x: by }, outline: shape.outline.map(([x, y]) => [x + by, y] as [number, number]) })
  const right = { id: 'B', plan: 'h1', seats: A.seats.map((s) => ({ ...s, id: `B.${s.id}`, x: s.x + 70 })) }
  const plan = buildPlan({ ...event, zones: [shape, move(70), general] }, [A])
  const place = shallowRef<Place | null>(null)
  const camera = { reveal: vi.fn(), showZone: vi.fn(), zoomBy: vi.fn(), fit: vi.fn() }
  const calls = { pick: vi.fn(), general: vi.fn(), help: vi.fn(), missing: vi.fn(), asking: vi.fn() }
  const taken = new Set<string>()
  let serve = true
  let knows = Promise.resolve()
  /** From now on nobody knows which seats are free, until the returned function is called. */
  const wait = () => {
    let come: () => void = () => undefined
    knows = new Promise((resolve) => (come = resolve))
    return come
  }
  const known = vi.fn(() => knows)
  let loads = nextTick()
  /** The same of seats that are to be loaded. */
  const hang = () => {
    let come: () => void = () => undefined
    loads = new Promise((resolve) => (come = resolve))
    return come
  }
  const { onKey, halt } = useMapKeys({
    view: shallowRef({ plan, level, camera, middleSeat: () => plan.seat.get('B-3') ?? null, zonesInView: () => plan.zones }),
    place,
    go: (to) => (place.value = to),
    load: async () => {
      await loads
      return serve && addSeats(plan, right)
    },
    known,
    free: (seat) => !taken.has(seat.seat.id),
    ...calls,
  })
  const at = () => (place.value?.kind === 'seat' ? place.value.seat.seat.id : (place.value?.zone.label ?? 'map'))
  async function press(...keys: string[]): Promise<string> {
    for (const key of keys) {
      const event = new KeyboardEvent('keydown', { key, cancelable: true })
      onKey(event)
      for (let i = 0; i < 4; i++) await nextTick()
    }
    return at()
  }
  return { plan, place, press, halt, at, wait, hang, known, camera, taken, ...calls, refuse: () => (serve = false) }
}

describe('among seats', () => {
  it.each([
    ['the first arrow begins in the middle', ['ArrowRight'], 'B-3'],
    ['arrows go to the neighbours', ['ArrowRight', 'ArrowLeft', 'ArrowUp'], 'A-2'],
    ['Home goes to the row\'s first seat', ['ArrowRight', 'Home'], 'B-1'],
    ['End goes to its last', ['ArrowRight', 'End'], 'B-5'],
    ['an arrow across the border loads the next zone', ['ArrowRight', 'End', 'ArrowRight'], 'B.B-1'],
    ['and comes back', ['ArrowRight', 'End', 'ArrowRight', 'ArrowLeft'], 'B-5'],
    ['at the edge of the house nothing happens', ['ArrowRight', 'Home', 'ArrowLeft'], 'B-1'],
    ['Page Down goes to the next zone\'s first seat', ['ArrowRight', 'PageDown'], 'B.A-1'],
    ['a general zone has no seats: the keyboard is on it', ['ArrowRight', 'PageUp'], 'Standing'],
    ['Escape leads back to the zone', ['ArrowRight', 'Escape'], 'Stalls'],
    ['and again to the map', ['ArrowRight', 'Escape', 'Escape'], 'map'],
  ])('%s', async (_, keys, where) => {
    expect(await rig().press(...keys)).toBe(where)
  })

  it('a seat of the next zone is not passed by for one that is known farther on', async () => {
    const { press, plan } = rig()
    await press('ArrowRight', 'End')
    expect(plan.zone.get('B')?.loaded).toBe(false)
    await press('ArrowRight')
    expect(plan.zone.get('B')?.loaded).toBe(true)
  })

  it('Enter and Space take', async () => {
    const { press, pick } = rig()
    await press('ArrowRight', 'Enter', ' ')
    expect(pick.mock.calls.map(([ref]: { seat: { id: string } }[]) => ref?.seat.id)).toEqual(['B-3', 'B-3'])
  })
})

describe('among zones, far away', () => {
  it.each([
    ['the first arrow begins at the one in the middle', ['ArrowDown'], 'Stalls'],
    ['arrows go to the nearest in the direction', ['ArrowDown', 'ArrowRight'], 'Right'],
    ['or to one that lies more to the side, when there is no other', ['ArrowDown', 'ArrowRight', 'ArrowDown'], 'Standing'],
    ['Page Up goes round', ['ArrowDown', 'PageUp'], 'Standing'],
    ['End goes to the last of the plan', ['ArrowDown', 'End'], 'Standing'],
    ['Enter comes to the first seat', ['ArrowDown', 'Enter'], 'A-1'],
    ['also where the seats must be loaded', ['ArrowDown', 'ArrowRight', 'Enter'], 'B.A-1'],
  ])('%s', async (_, keys, where) => {
    expect(await rig('outline').press(...keys)).toBe(where)
  })

  it('Enter comes to the first free seat', async () => {
    const { press, taken, camera, plan } = rig('outline')
    taken.add('A-1').add('A-2')
    expect(await press('ArrowDown', 'Enter')).toBe('A-3')
    expect(camera.showZone).toHaveBeenCalledWith(plan.zone.get('A'))
  })

  it('but only when it is known which are free', async () => {
    const { press, at, wait, taken, camera } = rig('outline')
    const come = wait()
    expect(await press('ArrowDown', 'Enter')).toBe('Stalls')
    expect(camera.showZone).toHaveBeenCalledOnce()
    taken.add('A-1')
    come()
    await nextTick()
    await nextTick()
    expect(at()).toBe('A-2')
  })

  it('and not when another key was pressed meanwhile', async () => {
    const { press, at, wait } = rig('outline')
    const come = wait()
    await press('ArrowDown', 'Enter', 'ArrowRight')
    come()
    await nextTick()
    await nextTick()
    expect(at()).toBe('Right')
  })

  it('nor when the buyer went on by pointer meanwhile', async () => {
    const { press, at, wait, halt } = rig('outline')
    const come = wait()
    await press('ArrowDown', 'Enter')
    halt()
    come()
    await nextTick()
    await nextTick()
    expect(at()).toBe('Stalls')
  })

  it('nor when the keyboard was led elsewhere meanwhile', async () => {
    const { press, at, wait, place, plan } = rig('outline')
    const come = wait()
    await press('ArrowDown', 'Enter')
    const seat = plan.seat.get('C-2')
    if (seat) place.value = { kind: 'seat', seat }
    come()
    await nextTick()
    await nextTick()
    expect(at()).toBe('C-2')
  })

  it('nor while the seats were loaded', async () => {
    const { press, at, place, camera, plan } = rig('outline')
    await press('ArrowDown', 'ArrowRight')
    const entering = press('Enter')
    place.value = null
    await entering
    expect([at(), plan.zone.get('B')?.loaded]).toEqual(['map', true])
    expect(camera.showZone).not.toHaveBeenCalled()
  })

  it('but also from a seat that gave way to its zone on the way', async () => {
    const { press, at, wait, place, plan } = rig()
    const come = wait()
    await press('ArrowRight', 'PageDown')
    const zone = plan.zone.get('A')
    if (zone) place.value = { kind: 'zone', zone }
    come()
    await nextTick()
    await nextTick()
    expect(at()).toBe('B.A-1')
  })

  it('nothing is asked for once the map is gone', async () => {
    const scope = effectScope()
    const { press, known } = scope.run(() => rig('outline')) ?? rig()
    await press('ArrowDown', 'ArrowRight')
    const entering = press('Enter')
    scope.stop()
    await entering
    expect(known).not.toHaveBeenCalled()
  })

  describe('who waits long is told for what', () => {
    beforeEach(() => {
      vi.useFakeTimers()
    })
    afterEach(() => {
      vi.useRealTimers()
    })

    it.each([
      ['as long as it is not known', () => undefined, 1],
      ['not when it came', (_: unknown, come: () => void) => { come() }, 0],
      ['not when another key was pressed', (one: ReturnType<typeof rig>) => one.press('ArrowRight'), 0],
      ['not when the buyer went on by pointer', (one: ReturnType<typeof rig>) => { one.halt() }, 0],
    ])('%s', async (_, then, times) => {
      const one = rig('outline')
      const come = one.wait()
      await one.press('ArrowDown', 'Enter')
      expect(one.asking).not.toHaveBeenCalled()
      await then(one, come)
      await vi.advanceTimersByTimeAsync(1_000)
      expect(one.asking).toHaveBeenCalledTimes(times)
    })

    it.each([
      ['Enter', 'outline', ['ArrowDown', 'ArrowRight', 'Enter']],
      ['Page Down', 'seats', ['ArrowRight', 'PageDown']],
      ['an arrow', 'seats', ['ArrowRight', 'End', 'ArrowRight']],
    ] as const)('also while %s waits for seats to be loaded', async (_, level, keys) => {
      const one = rig(level)
      one.hang()
      await one.press(...keys)
      await vi.advanceTimersByTimeAsync(999)
      expect(one.asking).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(10_000)
      expect(one.asking.mock.calls).toEqual([[one.plan.zone.get('B')]])
    })

    it.each([
      ['before', 999, 0],
      ['after', 1_000, 1],
    ])('once in all, when the seats came %s that', async (_, ms, told) => {
      const one = rig('outline')
      const come = one.hang()
      one.wait()
      await one.press('ArrowDown', 'ArrowRight', 'Enter')
      await vi.advanceTimersByTimeAsync(ms)
      expect(one.asking).toHaveBeenCalledTimes(told)
      come()
      await vi.advanceTimersByTimeAsync(1)
      expect(one.known).toHaveBeenCalledOnce()
      expect(one.asking).toHaveBeenCalledOnce()
      await vi.advanceTimersByTimeAsync(10_000)
      expect(one.asking).toHaveBeenCalledOnce()
    })
  })

  it('Enter on a zone without numbers asks for a number of places', async () => {
    const { press, general } = rig('outline')
    await press('End', 'Enter')
    expect(general).toHaveBeenCalledWith('G')
  })

  it('seats that do not come are missed aloud, and the keyboard stays', async () => {
    const { press, refuse, missing, plan } = rig('outline')
    refuse()
    expect(await press('ArrowDown', 'ArrowRight', 'Enter')).toBe('Right')
    expect(missing).toHaveBeenCalledWith(plan.zone.get('B'))
  })
})

describe('the other keys', () => {
  let one: ReturnType<typeof rig>
  beforeEach(() => {
    one = rig()
  })

  it('zoom and help', async () => {
    await one.press('+', '=', '-', '0', '?')
    expect(one.camera.zoomBy.mock.calls.map(([by]: number[]) => (by ?? 0) > 1)).toEqual([true, true, false])
    expect(one.camera.fit).toHaveBeenCalledOnce()
    expect(one.help).toHaveBeenCalledOnce()
  })

  it('are left to the browser: Tab, letters, what comes with Ctrl', async () => {
    for (const event of [{ key: 'Tab' }, { key: 'a' }, { key: 'Escape' }]) {
      const pressed = new KeyboardEvent('keydown', { ...event, cancelable: true })
      await one.press(event.key)
      expect(pressed.defaultPrevented).toBe(false)
    }
  })
})
