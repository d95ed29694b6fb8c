import { afterEach, expect, it, vi } from 'vitest'
import { fetchPlaces } from './events'

afterEach(() => {
  vi.unstubAllGlobals()
})

it.each([
  ['a seat beside what can be none', ['A-1', '', 'x'.repeat(65), '가'.repeat(22), 'a\u0000b', 'A\u0085', 'A-1'], ['A-1']],
  ['as long as an id may be', ['x'.repeat(64), '가'.repeat(21), 'a b,c'], ['x'.repeat(64), '가'.repeat(21), 'a b,c']],
  ['nothing that can be a seat', ['\n'], null],
])('asks for the places of what a link names: %s', async (_, named, asked) => {
  const calls: string[][] = []
  vi.stubGlobal('fetch', (url: string) => {
    calls.push(new URL(url, 'https://own.example').searchParams.getAll('id'))
    return Promise.resolve(Response.json({ plan: 'h', seats: [{ zone: 'A', seat: 'A-1' }] }))
  })
  expect(await fetchPlaces('e', named)).toEqual(asked ? [{ zone: 'A', seat: 'A-1' }] : [])
  expect(calls).toEqual(asked ? [asked] : [])
})
