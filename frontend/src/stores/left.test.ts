import { expect, it, vi } from 'vitest'
import { atNow, openHouse } from '@/testing/stores'
import { useChoosing } from './choosing'
import { useLeft } from './left'

atNow()

async function house() {
  const open = await openHouse()
  const left = useLeft()
  let version = 10
  /** The server says that these seats of A are so now. */
  const change = (...changes: [number, number][]) => open.push({ type: 'changes', event: 'small', zone: 'A', epoch: 1, from: version, version: (version += changes.length), changes })
  const read = async () => {
    await vi.advanceTimersByTimeAsync(1_000)
    return [...left.category].sort(([a], [b]) => a - b)
  }
  return { ...open, left, change, read }
}

it('counts what is left of each category once all of it is known, and follows each change', async () => {
  const { left, served, change, read, push, live } = await house()
  expect(left.wanted).toBeNull()
  expect(await read()).toEqual([])
  await served()
  // Row A is VIP; ten seats and fifty places are R.
  expect(await read()).toEqual([[0, 5], [1, 60]])
  await change([0, 1], [5, 2])
  expect(await read()).toEqual([[0, 4], [1, 59]])
  await change([0, 0], [0, 0], [6, 3])
  expect(await read()).toEqual([[0, 5], [1, 58]])
  expect(left.wanted).toBe(63)
  useChoosing().narrow({ categories: new Set([0]) })
  expect(left.wanted).toBe(5)
  await push({ type: 'snapshot', event: 'small', zone: 'A', epoch: 2, version: 1, states: '1'.repeat(15) })
  expect(await read()).toEqual([[0, 0], [1, 50]])
  live.close()
  expect(await read()).toEqual([])
  await live.open('small')
  await served()
  expect(await read()).toEqual([[0, 5], [1, 60]])
})
