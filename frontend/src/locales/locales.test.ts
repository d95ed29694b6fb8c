import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { BookingStatus, Phase } from '@/protocol/shapes'
import { LOOKS } from '@/seatmap/paint'
import en from './en'
import ko from './ko'
import { preferred } from './languages'

const BOOKING: readonly BookingStatus[] = ['pending', 'confirmed', 'rejected', 'cancelled']
const PHASES: readonly Phase[] = ['upcoming', 'on_sale', 'paused', 'sold_out', 'ended']
const CONNECTION = ['idle', 'connecting', 'live', 'reconnecting', 'closed', 'stale', 'offline']

interface Tree {
  [key: string]: string | Tree
}

function flat(tree: Tree, path = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    const at = path === '' ? key : `${path}.${key}`
    if (typeof value === 'string') all.set(at, value)
    else for (const [k, v] of flat(value, at)) all.set(k, v)
  }
  return all
}

const english = flat(en)
const korean = flat(ko)
const named = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()

describe('both languages', () => {
  it('have the same keys', () => {
    expect([...korean.keys()].sort()).toEqual([...english.keys()].sort())
  })

  it.each([...english.keys()])('say %s, with the same values in it', (key) => {
    expect(english.get(key)?.trim()).not.toBe('')
    expect(korean.get(key)?.trim()).not.toBe('')
    expect(named(korean.get(key) ?? '')).toEqual(named(english.get(key) ?? ''))
    expect(korean.get(key)?.split('|').length).toBe(english.get(key)?.split('|').length)
  })

  it('differ: nothing was left untranslated', () => {
    const same = [...english].filter(([key, text]) => korean.get(key) === text && /[a-z]{3}/i.test(text.replace(/\{\w+\}/g, '')))
    expect(same).toEqual([])
  })
})

/** Keys that the code puts together, with what may stand at their end; `any`: whatever code a server sends. */
const BUILT: Record<string, readonly string[] | 'any'> = {
  'booking.lead': BOOKING,
  bookings: ['upcoming', 'past', 'over'],
  'booking.reason': 'any',
  'booking.status': BOOKING,
  connection: CONNECTION,
  'connection.detail': CONNECTION,
  ended: ['expired', 'lost', 'gone'].flatMap((why) => [`${why}Title`, `${why}Text`]),
  'help.keys': ['arrows', 'take', 'ends', 'zones', 'zoom', 'back', 'help'],
  look: [...LOOKS, 'unknown'],
  missing: ['event', 'booking', 'page'].flatMap((what) => [`${what}Title`, `${what}Text`]),
  phase: PHASES,
  phaseText: PHASES.filter((phase) => phase !== 'on_sale'),
  privacy: (['browser', 'server', 'contact', 'links', 'not', 'remove'] as const).flatMap((part) => [`${part}.title`, ...Object.keys(en.privacy[part].points).map((point) => `${part}.points.${point}`)]),
  refused: 'any',
  toast: ['expired', 'lost'],
  why: [...LOOKS.filter((look) => look !== 'available'), 'unknown', 'coming', 'closed', 'cap'],
}

describe('every key in the code', () => {
  const root = resolve(import.meta.dirname, '..')
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((f) => /\.(vue|ts)$/.test(f) && !f.endsWith('.test.ts'))
  const code = sources.map((f) => readFileSync(join(root, f), 'utf8')).join('\n')
  const all = (pattern: RegExp) => [...code.matchAll(pattern)].map((m) => m[1] ?? '')
  const built = Object.entries(BUILT).flatMap(([path, ends]) => (ends === 'any' ? [] : ends.map((end) => `${path}.${end}`)))
  const written = new Set(all(/'(\w+(?:\.\w+)+)'/g))
  const isBuilt = (key: string) => built.includes(key) || BUILT[key.slice(0, key.lastIndexOf('.'))] === 'any'

  it('is in the languages', () => {
    expect([...all(/\bt\(\s*'([\w.]+)'/g), ...built].filter((key) => !english.has(key))).toEqual([])
  })

  it('that is put together is listed here', () => {
    const paths = all(/\b(?:t|te|textFor)\(`([\w.]+)\.\$\{/g)
    expect(paths.filter((path) => !(path in BUILT))).toEqual([])
  })

  it('is every key in the languages: no text is kept for nothing', () => {
    expect([...english.keys()].filter((key) => !written.has(key) && !isBuilt(key))).toEqual([])
  })
})

describe('the language', () => {
  it.each([
    [null, ['ko-KR', 'en'], 'ko'],
    [null, ['fr', 'en-GB'], 'en'],
    [null, ['fr', 'de'], 'en'],
    [null, [], 'en'],
    ['en', ['ko'], 'en'],
    ['xx', ['ko'], 'ko'],
  ] as const)('kept %s, browser %j: %s', (kept, browser, language) => {
    expect(preferred(kept, browser)).toBe(language)
  })
})
