import { enableAutoUnmount, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { i18n } from '@/locales'
import type { Booking } from '@/protocol/shapes'
import { atNow, heldSeat, NOW, serveHouse, settled as turn } from '@/testing/stores'
import { useBookingEvent } from './useBookingEvent'

enableAutoUnmount(afterEach)
atNow()
beforeEach(() => {
  setActivePinia(createPinia())
})

const booking: Booking = {
  id: 'k1', reference: '7KQ2MXAB', status: 'confirmed', event: 'small', seats: [heldSeat('A-1')], total: { amount: 150_000, currency: 'KRW' }, created_at: NOW,
}

/** What a ticket knows of its event. */
function ticket() {
  let known: ReturnType<typeof useBookingEvent> | undefined
  const page = mount({ setup: () => ((known = useBookingEvent(() => booking)), () => null) }, { global: { plugins: [i18n] } })
  if (!known) throw new Error('nothing was set up')
  return { page, ...known }
}

const silence = () => new Promise<Response>(() => undefined)

describe("a ticket's event", () => {
  it('that nobody tells is waited for, but not for long', async () => {
    vi.stubGlobal('fetch', silence)
    const { settled, event } = ticket()
    await vi.advanceTimersByTimeAsync(1_499)
    expect(settled.value).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect([settled.value, event.value]).toEqual([true, null])
  })

  it('is waited for by nobody once the ticket is gone', () => {
    vi.stubGlobal('fetch', silence)
    const before = vi.getTimerCount()
    const { page } = ticket()
    expect(vi.getTimerCount()).toBeGreaterThan(before)
    page.unmount()
    expect(vi.getTimerCount()).toBe(before)
  })

  it('is shown before the names of its seats', async () => {
    serveHouse()
    const asks = fetch
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => (url.includes('/zones') ? silence() : asks(url, init)))
    const { settled, event, line } = ticket()
    await turn()
    expect([settled.value, event.value?.title, line.value(heldSeat('A-1')).short]).toEqual([true, 'Small', 'A-1'])
  })

  it('that cannot be read is not waited for, and its seats are called by their ids', async () => {
    serveHouse({ without: ['GET /events/small'] })
    const { settled, event, line } = ticket()
    await turn()
    expect([settled.value, event.value, line.value(heldSeat('A-1')).full]).toEqual([true, null, 'A-1'])
  })
})
