import { createI18n } from 'vue-i18n'
import { safeStorage } from '@/composables/safeStorage'
import en from './en'
import ko from './ko'

export const LANGUAGES = ['ko', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

const KEY = 'jari.language'

function isLanguage(value: string | null | undefined): value is Language {
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

export const i18n = createI18n({
  legacy: false,
  locale: preferred(safeStorage.get(KEY), navigator.languages ?? []),
  fallbackLocale: 'en',
  messages: { en, ko },
})

document.documentElement.lang = i18n.global.locale.value

export function speak(language: Language): void {
  i18n.global.locale.value = language
  document.documentElement.lang = language
  safeStorage.set(KEY, language)
}
