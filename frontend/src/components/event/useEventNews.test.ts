import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { Announcer, provideAnnouncer } from '@/composables/useAnnounce'
import { i18n, speak } from '@/locales'
import { useNews } from '@/stores/news'
import { atNow, holdOf, NOW, openHouse } from '@/testing/stores'
import { useEventNews } from './useEventNews'

atNow()

/** The open house, and everything that is said from now on. */
async function hear() {
  const house = await openHouse()
  await house.served()
  const said: string[] = []
  const announcer = new Announcer()
  announcer.announce = (text) => said.push(text)
  const Inner = defineComponent(() => {
    useEventNews()
    return () => h('i')
  })
  speak('en')
  mount(
    defineComponent(() => {
      provideAnnouncer(announcer)
      return () => h(Inner)
    }),
    { global: { plugins: [i18n] } },
  )
  return { ...house, said }
}

const held = (...seats: string[]) => ({ type: 'held', now: NOW, hold: holdOf(...seats) })
const changes = (from: number, ...states: [number, number][]) => ({ type: 'changes', event: 'small', zone: 'A', epoch: 1, from, version: from + 1, changes: states })

describe('the own hold', () => {
  it('is told by what was taken, how many there are, what they cost and how long they are kept', async () => {
    const { hold, answer, said } = await hear()
    void hold.holdSeats('A', ['A-1'])
    await vi.advanceTimersByTimeAsync(0)
    await answer('hold', held('A-1'))
    void hold.holdSeats('A', ['A-2'])
    await vi.advanceTimersByTimeAsync(0)
    await answer('hold', held('A-1', 'A-2'))
    expect(said).toEqual([
      'Stalls, row A, seat 1 taken. 1 seat, ₩150,000. 5 minutes left.',
      'Stalls, row A, seat 2 taken. 2 seats, ₩300,000. 5 minutes left.',
    ])
  })

  it('is told when it shrinks by the buyer\'s wish', async () => {
    const { hold, answer, said } = await hear()
    void hold.holdSeats('A', ['A-1'])
    await vi.advanceTimersByTimeAsync(0)
    await answer('hold', held('A-1'))
    said.length = 0
    void hold.release(['A-1'])
    await vi.advanceTimersByTimeAsync(0)
    await answer('release', { type: 'released', now: NOW, hold: null })
    expect(said).toEqual(['Stalls, row A, seat 1 given back. You hold no seats.'])
  })

  it('that was there already is not told as taken', async () => {
    const { push, said } = await hear()
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1'), cause: 'changed' })
    expect(said).toEqual(['You hold Stalls, row A, seat 1. 1 seat, ₩150,000. 5 minutes left.'])
  })

  it('that expires or is booked is told by those who know why', async () => {
    const { push, said } = await hear()
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1'), cause: 'changed' })
    said.length = 0
    await push({ type: 'hold', event: 'small', hold: null, cause: 'booked' })
    expect(said).toEqual([])
  })

  it('that is kept longer says how long', async () => {
    const { push, said } = await hear()
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1'), cause: 'changed' })
    said.length = 0
    await push({ type: 'hold', event: 'small', hold: { ...holdOf('A-1'), expires_at: '2026-12-05T09:07:30.000Z' }, cause: 'changed' })
    expect(said).toEqual(['More time. 7 minutes 30 seconds left.'])
  })
})

/** The wire is silent, so its loss is told meanwhile. */
const counts = (said: string[]) => said.filter((text) => /went|came back/.test(text))

describe('what others do', () => {
  it('is a count for the zone the buyer is in, at most every 20 s', async () => {
    const { push, said } = await hear()
    useNews().zone = 'A'
    await vi.advanceTimersByTimeAsync(100)
    await push(changes(10, [0, 1], [1, 1], [2, 2]))
    await vi.advanceTimersByTimeAsync(15_000)
    expect(counts(said)).toEqual([])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(counts(said)).toEqual(['3 seats went in Stalls, 12 left.'])
    await vi.advanceTimersByTimeAsync(20_000)
    expect(counts(said)).toHaveLength(1)
    await push(changes(11, [0, 0]))
    await vi.advanceTimersByTimeAsync(20_000)
    expect(counts(said).at(-1)).toBe('1 seat came back in Stalls, 13 left.')
  })

  it('does not count the buyer\'s own seats', async () => {
    const { hold, answer, push, said } = await hear()
    useNews().zone = 'A'
    await vi.advanceTimersByTimeAsync(100)
    void hold.holdSeats('A', ['A-1'])
    await vi.advanceTimersByTimeAsync(0)
    await answer('hold', held('A-1'))
    await push(changes(10, [0, 1], [4, 1]))
    await vi.advanceTimersByTimeAsync(20_000)
    expect(counts(said)).toEqual(['1 seat went in Stalls, 13 left.'])
  })

  it('can be switched off, and stays off', async () => {
    const { push, said } = await hear()
    const news = useNews()
    news.zone = 'A'
    news.others = false
    await vi.advanceTimersByTimeAsync(100)
    await push(changes(10, [0, 1]))
    await vi.advanceTimersByTimeAsync(40_000)
    expect(counts(said)).toEqual([])
    expect(localStorage.getItem('jari.news.others')).toBe('off')
  })
})

describe('the phase', () => {
  it('is told when it changes, not when the event opens', async () => {
    const { push, said } = await hear()
    expect(said).toEqual([])
    await push({ type: 'overview', event: 'small', phase: 'paused', zones: [] })
    expect(said).toEqual(['Sale paused. The sale is paused for a moment and goes on by itself. Seats you hold stay yours until their time is up.'])
    await push({ type: 'overview', event: 'small', phase: 'on_sale', zones: [] })
    expect(said.at(-1)).toBe('On sale')
  })
})

describe('the connection', () => {
  it('is told once when it is lost, and once when it is back; a blink is not', async () => {
    const { wires, wire, served, said } = await hear()
    wire().ends(1006)
    await vi.advanceTimersByTimeAsync(3_000) // the second attempt still waits for the server: later ones come by chance
    expect(said).toEqual(['The connection was lost. The map may be out of date; it comes back by itself.'])
    const silent = wires.length
    while (wires.length === silent) await vi.advanceTimersByTimeAsync(200)
    await served()
    expect(said.at(-1)).toBe('Connected again. The map is live.')
    expect(said).toHaveLength(2)
  })
})
