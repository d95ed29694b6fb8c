import { enableAutoUnmount, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { i18n, speak } from '@/locales'
import { useToasts } from '@/stores/toasts'
import AppDialog from './AppDialog.vue'
import AppToasts from './AppToasts.vue'

enableAutoUnmount(afterEach)
beforeEach(() => {
  setActivePinia(createPinia())
  speak('en')
  document.body.innerHTML = '<main id="main" tabindex="-1"><button id="asks">ask</button></main>'
})

const open = () => mount(AppDialog, { props: { title: 'Sure?' }, attachTo: document.body, global: { plugins: [i18n] } })
const element = (id: string): HTMLElement => {
  const found = document.getElementById(id)
  if (!found) throw new Error(`no ${id}`)
  return found
}

describe('messages', () => {
  it('are shown in the open dialog, because nothing else can be seen, and outside again after it', async () => {
    const toasts = mount(AppToasts, { attachTo: document.body, global: { plugins: [i18n] } })
    const region = () => document.querySelector('[data-testid=toasts]')
    const dialog = open()
    useToasts().show('problem', 'refused.hold_limit', { n: 8 })
    await nextTick()
    expect(region()?.closest('dialog')).toBe(dialog.element)
    expect(region()?.textContent).toContain('at most 8')

    ;(dialog.element as HTMLDialogElement).close()
    await nextTick()
    expect(region()?.closest('dialog')).toBeNull()
    expect(region()?.textContent).toContain('at most 8')
    toasts.unmount()
  })

  it('come back out when the dialog is simply gone', async () => {
    mount(AppToasts, { attachTo: document.body, global: { plugins: [i18n] } })
    const dialog = open()
    await nextTick()
    dialog.unmount()
    await nextTick()
    expect(document.querySelector('[data-testid=toasts]')?.closest('dialog')).toBeNull()
  })
})

describe('after the dialog the focus', () => {
  it('is where it was', async () => {
    element('asks').focus()
    const dialog = open()
    ;(dialog.element as HTMLDialogElement).close()
    await nextTick()
    expect(document.activeElement?.id).toBe('asks')
  })

  it('is on the page when what had it is gone', async () => {
    element('asks').focus()
    const dialog = open()
    element('asks').remove()
    ;(dialog.element as HTMLDialogElement).close()
    await nextTick()
    expect(document.activeElement?.id).toBe('main')
  })
})
