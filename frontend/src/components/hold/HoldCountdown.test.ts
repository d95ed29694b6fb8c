import { enableAutoUnmount, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { i18n, speak } from '@/locales'
import { useLive } from '@/stores/live'
import { showHouse } from '@/testing/house'
import { atNow, holdOf, NOW } from '@/testing/stores'
import HoldCountdown from './HoldCountdown.vue'

enableAutoUnmount(afterEach)
atNow()
beforeEach(() => {
  setActivePinia(createPinia())
  speak('en')
  showHouse()
})

const after = (minutes: number) => new Date(Date.parse(NOW) + minutes * 60_000).toISOString()
const clock = (iso: string) => new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' }).format(new Date(iso))

/** The clock of a hold that ends after 2 minutes. */
const countdown = (hold: object) => mount(HoldCountdown, { props: { hold: { ...holdOf('B-1'), expires_at: after(2), ...hold } }, global: { plugins: [i18n] } })

describe('more time', () => {
  it.each([
    ['its hold time from now on', after(60), (full: number) => after(full)],
    ['the ceiling where that is nearer', after(3), () => after(3)],
    ['its hold time where no ceiling was told', undefined, (full: number) => after(full)],
  ])('is offered up to %s', (_, ceiling_at, reached) => {
    const full = (useLive().event?.policy.hold_seconds ?? 0) / 60
    expect(full).toBeGreaterThan(3)
    expect(countdown({ extendable: true, ceiling_at }).get('[data-testid=extend]').attributes('aria-label')).toContain(clock(reached(full)))
  })

  it('is not offered at the ceiling, which says why', () => {
    const at = countdown({ extendable: false, ceiling_at: after(2) })
    expect(at.find('[data-testid=extend]').exists()).toBe(false)
    expect(at.get('[data-testid=ceiling]').attributes('aria-label')).toBe('The time cannot be extended any further.')
  })

  it('is no matter where nothing is sold', () => {
    const live = useLive()
    if (live.event) live.event = { ...live.event, phase: 'paused' }
    const at = countdown({ extendable: false, ceiling_at: after(60) })
    expect(at.find('[data-testid=extend], [data-testid=ceiling]').exists()).toBe(false)
  })
})
