import { fileURLToPath } from 'node:url'
import { baseCompile } from '@intlify/message-compiler'
import type { Plugin } from 'vite'
import en from '../src/locales/en.ts'
import ko from '../src/locales/ko.ts'

interface Tree {
  [key: string]: string | Tree
}
const TEXTS: Record<string, Tree> = { en, ko }

/** A language with each of its texts as the tree that vue-i18n makes of it before it is shown. */
export function compiled(texts: Tree): object {
  const compile = (key: string, text: string) =>
    baseCompile(text, {
      jit: true,
      location: false,
      optimize: true,
      minify: true,
      onError: (error) => {
        throw new Error(`${key} is no text: ${error.message}`)
      },
    }).ast
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, typeof text === 'string' ? compile(key, text) : compiled(text)]))
}

/** Builds the languages compiled, so that the page needs no compiler of texts. */
export function compiledTexts(): Plugin {
  const files = new Map(Object.entries(TEXTS).map(([language, texts]) => [fileURLToPath(new URL(`../src/locales/${language}.ts`, import.meta.url)), texts]))
  return {
    name: 'jari:compiled-texts',
    apply: 'build',
    config: () => ({ define: { __INTLIFY_DROP_MESSAGE_COMPILER__: 'true' } }),
    load(id) {
      const texts = files.get(id)
      return texts && `export default ${JSON.stringify(compiled(texts))}`
    },
  }
}
