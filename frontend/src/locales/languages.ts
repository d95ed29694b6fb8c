import { watch } from 'vue'
import { createI18n } from 'vue-i18n'
import type en from './en'

export const LANGUAGES = ['ko', 'en'] as const
export type Language = (typeof LANGUAGES)[number]
/** Each language names itself. */
export const NAMES: Record<Language, string> = { ko: '한국어', en: 'English' }
export type Texts = typeof en

/** Each language is a file of its own, and only the one in use is fetched. */
const FILES: Record<Language, () => Promise<{ default: Texts }>> = { ko: () => import('./ko'), en: () => import('./en') }

/** What has been fetched. */
const texts = new Map<Language, Texts>()

export function isLoaded(language: Language): boolean {
  return texts.has(language)
}

export function isLanguage(value: string | null | undefined): value is Language {
  return LANGUAGES.some((l) => l === value)
}

/** The buyer's choice, else the first language of the browser that we speak, else English. */
export function preferred(kept: string | null, browser: readonly string[]): Language {
  if (isLanguage(kept)) return kept
  for (const tag of browser) {
    const language = tag.toLowerCase().split('-')[0]
    if (isLanguage(language)) return language
  }
  return 'en'
}

/** Fetches the texts of a language, once. An app that speaks it should not be shown before. */
export async function loadTexts(language: Language): Promise<Texts> {
  const have = texts.get(language)
  if (have) return have
  const { default: read } = await FILES[language]()
  texts.set(language, read)
  return read
}

/** What stands in texts under a name such as `app.skip`. */
export function textIn(all: unknown, name: string): unknown {
  let at = all
  for (const part of name.split('.')) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined
  return at
}

/** Whether there is a text of this name. */
export function isText(name: string): boolean {
  const [some] = texts.values()
  const text = textIn(some, name)
  // As it was written, or as the build has compiled it.
  return typeof text === 'string' || (typeof text === 'object' && text !== null && typeof (text as { t?: unknown }).t === 'number')
}

/** The texts for one app, which may change its language without the others'; what is not fetched yet comes by itself. */
export function createLanguages(locale: Language) {
  // vue-i18n takes what is fetched later for what is there from the beginning.
  const messages = Object.fromEntries(texts) as Record<Language, Texts>
  const i18n = createI18n({ legacy: false, locale, fallbackLocale: false, messages, messageResolver: (all, name) => (textIn(all, name) ?? null) as string })
  const { availableLocales, locale: spoken, setLocaleMessage } = i18n.global
  watch(
    spoken,
    async (language) => {
      if (!availableLocales.includes(language)) setLocaleMessage(language, await loadTexts(language))
    },
    { immediate: true, flush: 'sync' },
  )
  return i18n
}
