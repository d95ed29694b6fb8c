import { describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { linkTo, readLink } from './eventLink'

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/events/:event', component: {} }] })
const read = (path: string) => readLink(router.resolve(path).query)

describe('a link into an event', () => {
  it.each([
    ['/events/e', [], []],
    ['/events/e?zone=A', ['A'], []],
    ['/events/e?zone=A&seats=A-1,A-2', ['A'], ['A-1', 'A-2']],
    ['/events/e?zone=A&zone=B&seats=A-1,B-2', ['A', 'B'], ['A-1', 'B-2']],
    ['/events/e?zone=A&seat=A-1', ['A'], ['A-1']],
    ['/events/e?zone&seats=,A-1,,A-1', [], ['A-1']],
  ])('%s is read', (path, zones, seats) => {
    expect(read(path)).toEqual({ zones, seats })
  })

  it.each([
    [{ zones: [], seats: [] }, '/events/e'],
    [{ zones: ['A'], seats: [] }, '/events/e?zone=A'],
    [{ zones: ['A', 'B'], seats: ['A-1', 'B-2'] }, '/events/e?zone=A&zone=B&seats=A-1,B-2'],
    [{ zones: ['1층 & 2'], seats: ['a,b', 'c'] }, '/events/e?zone=1%EC%B8%B5%20%26%202&seat=a%2Cb&seats=c'],
  ])('%j is written, and read again', (link, path) => {
    expect(linkTo('e', link)).toBe(path)
    expect(read(path)).toEqual(link)
  })
})
