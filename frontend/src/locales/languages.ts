import { createI18n } from 'vue-i18n'
import en from './en'
import ko from './ko'

export const LANGUAGES = ['ko', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

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

/** The texts for one app, which may change its language without the others'. */
export function createLanguages(locale: Language) {
  return createI18n({ legacy: false, locale, fallbackLocale: 'en', messages: { en, ko } })
}
