import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventInfo } from '@/protocol/shapes'
import { smallHouse } from '@/testing/plan'
import { useEvents } from './events'

let asked: string[]
let away: boolean
beforeEach(() => {
  setActivePinia(createPinia())
  document.body.innerHTML = ''
  asked = []
  away = false
  const { event, zones } = smallHouse()
  vi.stubGlobal('fetch', (address: string) => {
    asked.push(address.replace('/api/v1', ''))
    if (away) return Promise.reject(new TypeError('no network'))
    const body = address.includes('/zones') ? { plan: 'h1', zones: { A: zones[0]?.seats } } : event
    return Promise.resolve(new Response(JSON.stringify(body)))
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** Has the server write an event into the page. */
function write(change: (event: EventInfo) => void = () => undefined): EventInfo {
  const { event } = smallHouse()
  change(event)
  const script = document.createElement('script')
  script.type = 'application/json'
  script.id = 'jari-event'
  script.textContent = JSON.stringify(event)
  document.body.append(script)
  return event
}

describe('an event that came with the page', () => {
  it('is taken when it is opened, and asked for after that', async () => {
    const written = write((event) => (event.title = 'Written'))
    const events = useEvents()
    expect(events.begin()?.id).toBe('small')
    expect(await events.event('small')).toEqual(written)
    expect((await events.event('small')).title).toBe('Small')
    expect(asked).toEqual(['/events/small/zones?ids=A', '/events/small'])
  })

  it('is not taken for another', async () => {
    write((event) => (event.id = 'other'))
    const events = useEvents()
    events.begin()
    expect((await events.event('small')).id).toBe('small')
    expect(asked).toContain('/events/small')
  })

  it('need not have come', () => {
    expect(useEvents().begin()).toBeNull()
    expect(asked).toEqual([])
  })

  it.each([
    ['is small', () => undefined, 1],
    ['is large', (event: EventInfo) => event.zones.forEach((zone) => (zone.capacity = zone.kind === 'seats' ? 4_001 : 0)), 0],
    ['has many zones', (event: EventInfo) => event.zones.push(...Array.from({ length: 15 }, () => event.zones.slice(0, 1)).flat()), 0],
  ])('has its seats asked for at once when its house %s', (_, change, calls) => {
    write(change)
    useEvents().begin()
    expect(asked.length).toBe(calls)
  })
})

describe('the seats of a zone', () => {
  it('that are on their way are not asked for again', async () => {
    const event = write()
    const events = useEvents()
    events.begin()
    const [one, other] = await Promise.all([events.zones(event, ['A']), events.zones(event, ['A'])])
    expect(one[0]?.seats.length).toBe(15)
    expect(other).toEqual(one)
    expect(asked).toEqual(['/events/small/zones?ids=A'])
  })

  it('that did not come are asked for again', async () => {
    const event = write()
    const events = useEvents()
    away = true
    events.begin()
    await expect(events.zones(event, ['A'])).rejects.toThrow('offline')
    away = false
    expect((await events.zones(event, ['A']))[0]?.id).toBe('A')
  })
})
