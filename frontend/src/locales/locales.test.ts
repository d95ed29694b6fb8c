import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { preferred } from '.'
import en from './en'
import ko from './ko'

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

describe('every key in the code', () => {
  const root = resolve(import.meta.dirname, '..')
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((f) => /\.(vue|ts)$/.test(f) && !f.endsWith('.test.ts'))
  const used = new Set(sources.flatMap((f) => [...readFileSync(join(root, f), 'utf8').matchAll(/\bt\(\s*'([\w.]+)'/g)].map((m) => m[1] ?? '')))

  it('is in the languages', () => {
    expect([...used].filter((key) => !english.has(key))).toEqual([])
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
