import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { serveFrom } from '@/api/origin'
import { keepSession } from '@/testing/stores'
import { useChoosing } from './choosing'
import { useLinks } from './links'
import { useNews } from './news'

const FIRST = 'https://tickets.example'
const SECOND = 'https://seats.example'

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
})
afterEach(() => {
  serveFrom('')
  vi.unstubAllGlobals()
})

/** The stores of a page that speaks to a server; '': to its own. */
function at(server: string) {
  serveFrom(server)
  setActivePinia(createPinia())
  return { links: useLinks(), news: useNews(), choosing: useChoosing() }
}

describe('what is kept for a server', () => {
  it('is of the news not what another server keeps; a wish of before servers were told apart holds for each', async () => {
    at(FIRST).news.others = false
    await nextTick()
    expect([at(FIRST).news.others, at(SECOND).news.others, at('').news.others]).toEqual([false, true, true])
    localStorage.clear()
    localStorage.setItem('jari.news.others', 'off')
    expect([at(FIRST).news.others, at('').news.others]).toEqual([false, false])
    const { news } = at(SECOND)
    news.others = true
    await nextTick()
    expect([at(SECOND).news.others, at(FIRST).news.others]).toEqual([true, false])
  })

  it('is of the links its own, and none of before is lost', async () => {
    localStorage.setItem('jari.links', JSON.stringify({ old: 'key-of-before' }))
    for (const server of [FIRST, SECOND]) localStorage.setItem(`jari.session@${server}`, JSON.stringify({ token: 'token', expires_at: '2099-01-01T00:00:00.000Z', buyer: { id: 'b' } }))
    keepSession('b')
    vi.stubGlobal('fetch', (url: string) => Promise.resolve(Response.json({ key: `key-from-${new URL(url, 'https://own.example').host}` }, { status: 201 })))
    expect(await at(FIRST).links.make('new')).toBe('key-from-tickets.example')
    expect(at(FIRST).links.keyOf('new')).toBe('key-from-tickets.example')
    expect(at(SECOND).links.isOwn('new')).toBe(false)
    expect(at('').links.isOwn('new')).toBe(false)
    for (const server of [FIRST, SECOND, '']) expect(at(server).links.keyOf('old')).toBe('key-of-before')
    expect(await at('').links.make('own')).toBe('key-from-own.example')
    expect(JSON.parse(localStorage.getItem('jari.links') ?? '{}')).toEqual({ old: 'key-of-before', own: 'key-from-own.example' })
  })

  it('is for the visit, too, not what another server keeps; the page reads what it kept before', () => {
    sessionStorage.setItem('jari.link.old', 'key-of-before')
    sessionStorage.setItem('jari.party', '3')
    const first = at(FIRST)
    expect(first.links.keyOf('old')).toBeNull()
    first.choosing.party = 1
    first.links.receive('came', 'key-of-first')
    expect([FIRST, SECOND, ''].map((server) => at(server).links.keyOf('came'))).toEqual(['key-of-first', null, null])
    expect(at('').links.keyOf('old')).toBe('key-of-before')
    expect(Object.keys(sessionStorage).sort()).toEqual([`jari.link.came@${FIRST}`, 'jari.link.old', 'jari.party', `jari.party@${FIRST}`])
    expect(sessionStorage.getItem('jari.party')).toBe('3')
  })
})
