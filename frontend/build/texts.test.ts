import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import en from '../src/locales/en'
import { textIn } from '../src/locales/languages'
import ko from '../src/locales/ko'
import { compiled } from './texts'

interface Tree {
  [key: string]: string | Tree
}

function keys(tree: Tree, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [path + key] : keys(value, `${path}${key}.`)))
}

describe.each(Object.entries({ en, ko } as Record<string, Tree>))('texts that the build compiles: %s', (locale, texts) => {
  const speaking = (messages: object) =>
    createI18n({ legacy: false, locale, messages: { [locale]: messages } as Record<string, Record<string, string>>, messageResolver: (all, name) => textIn(all, name) as string }).global
  const [written, built] = [speaking(texts), speaking(compiled(texts))]

  it('say what is written', () => {
    const values = new Proxy<Record<string, unknown>>({}, { get: (_, name) => `<${String(name)}>`, has: () => true })
    for (const key of keys(texts)) {
      expect(built.t(key, values), key).toBe(written.t(key, values))
      expect(built.t(key, values), key).not.toBe(key)
      for (const n of [0, 1, 2, 5]) expect(built.t(key, { n }, n), key).toBe(written.t(key, { n }, n))
    }
  })
})

it('a text that cannot be read ends the build', () => {
  expect(() => compiled({ bad: 'for {n' })).toThrow('bad is no text')
})
