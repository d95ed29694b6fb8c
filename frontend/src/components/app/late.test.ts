import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import { useToasts } from '@/stores/toasts'
import { late } from './late'

const Part = defineComponent({ props: { word: { type: String, required: true } }, emits: ['said'], setup: (props, { emit }) => () => h('button', { onClick: () => { emit('said', props.word) } }, props.word) })

beforeEach(() => {
  setActivePinia(createPinia())
})

/** A page that shows the part while `wanted`. */
function page(load: () => Promise<{ default: typeof Part }>) {
  const Late = late(load)
  const wanted = ref(true)
  const said = vi.fn()
  const shown = mount(() => (wanted.value ? h(Late, { word: 'here', class: 'mine', onSaid: said }) : null))
  const again = async () => {
    wanted.value = false
    await nextTick()
    wanted.value = true
    await nextTick()
  }
  return { shown, said, again }
}

describe('a part that comes late', () => {
  it('is nothing until it is there, then has what it was given, once', async () => {
    const { shown, said } = page(() => Promise.resolve({ default: Part }))
    expect(shown.find('button').exists()).toBe(false)
    await flushPromises()
    expect(shown.get('button').classes()).toEqual(['mine'])
    await shown.get('button').trigger('click')
    expect(said.mock.calls).toEqual([['here']])
  })

  it('is there at once when it is wanted again, and fetched no more', async () => {
    const load = vi.fn(() => Promise.resolve({ default: Part }))
    const { shown, again } = page(load)
    await flushPromises()
    await again()
    expect(shown.find('button').exists()).toBe(true)
    expect(load).toHaveBeenCalledTimes(1)
  })

  it('that cannot be had is told of, and fetched anew when it is wanted again', async () => {
    const load = vi.fn(() => Promise.resolve({ default: Part })).mockRejectedValueOnce(new TypeError('Failed to fetch dynamically imported module'))
    const { shown, again } = page(load)
    await flushPromises()
    expect(shown.find('button').exists()).toBe(false)
    expect(useToasts().toasts.map(({ key, actions }) => [key, actions.map((action) => action.key)])).toEqual([['toast.part', ['bar.reload']]])
    await again()
    await flushPromises()
    expect(shown.find('button').exists()).toBe(true)
    expect(load).toHaveBeenCalledTimes(2)
  })
})
