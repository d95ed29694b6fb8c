import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import { provideAnnouncer, useAnnounce, type Announcer } from '@/composables/useAnnounce'
import AppVoice from './AppVoice.vue'
import { hostToasts, toastHosts, unhostToasts } from './toastHost'

enableAutoUnmount(afterEach)
beforeEach(() => {
  vi.useFakeTimers()
  document.body.innerHTML = ''
  toastHosts.value = []
})
afterEach(() => {
  vi.useRealTimers()
})

/** A page with its regions; `root` may be a shadow root. */
function page(root: Element | ShadowRoot = document.body) {
  let say: Announcer['announce'] = () => undefined
  const Speaker = defineComponent(() => {
    say = useAnnounce().announce
    return () => h('i')
  })
  const Page = defineComponent(() => {
    const announcer = provideAnnouncer()
    return () => [h(Speaker), h(AppVoice, { announcer })]
  })
  mount(Page, { attachTo: root as Element })
  const region = (which: string) => (document.querySelector(`dialog [data-testid=${which}]`) ?? root.querySelector(`[data-testid=${which}]`))
  const heard = (which = 'voice') => [...(region(which)?.children ?? [])].map((p) => p.textContent)
  return { say, heard, region }
}

describe('what is announced', () => {
  it('comes one after the other, and none is lost', async () => {
    const { say, heard } = page()
    say('one')
    say('two')
    say('three')
    expect(heard()).toEqual([])
    await vi.advanceTimersByTimeAsync(150)
    expect(heard()).toEqual(['one'])
    await vi.advanceTimersByTimeAsync(300)
    expect(heard()).toEqual(['one', 'two', 'three'])
  })

  it('twice in the same words is two nodes: a screen reader speaks each', async () => {
    const { say, heard } = page()
    say('taken')
    await vi.advanceTimersByTimeAsync(1_000)
    say('taken')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(heard()).toEqual(['taken', 'taken'])
  })

  it('is gone when it was said long ago', async () => {
    const { say, heard } = page()
    say('one')
    await vi.advanceTimersByTimeAsync(20_000)
    expect(heard()).toEqual([])
  })

  it('and urgent has a region of its own', async () => {
    const { say, heard, region } = page()
    say('now', true)
    say(' ')
    await vi.advanceTimersByTimeAsync(500)
    expect(heard()).toEqual([])
    expect(heard('voice-urgent')).toEqual(['now'])
    expect(region('voice-urgent')?.getAttribute('aria-live')).toBe('assertive')
  })
})

describe('an open dialog', () => {
  it('has the regions in it, empty before it speaks, and nothing that was waiting is lost', async () => {
    const { say, heard, region } = page()
    say('long ago')
    await vi.advanceTimersByTimeAsync(5_000)
    say('cut off')
    await vi.advanceTimersByTimeAsync(200)
    say('waiting')
    const dialog = document.body.appendChild(document.createElement('dialog'))
    hostToasts(dialog)
    await nextTick()
    expect(region('voice')?.closest('dialog')).toBe(dialog)
    expect(heard()).toEqual([])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(heard()).toEqual(['cut off', 'waiting'])
    unhostToasts(dialog)
    await nextTick()
    expect(region('voice')?.closest('dialog')).toBeNull()
    expect(heard()).toEqual([])
  })
})

describe('two roots in one document', () => {
  it('speak for themselves, also in a shadow root', async () => {
    const shadow = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' })
    const inside = page(shadow.appendChild(document.createElement('div')))
    const outside = page(document.body.appendChild(document.createElement('div')))
    inside.say('inside')
    await vi.advanceTimersByTimeAsync(500)
    expect(inside.heard()).toEqual(['inside'])
    expect(outside.heard()).toEqual([])
  })
})
