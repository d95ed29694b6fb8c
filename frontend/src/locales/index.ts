import { safeStorage } from '@/composables/safeStorage'
import { createLanguages, preferred, type Language } from './languages'

const KEY = 'jari.language'

/** Of the page; what is embedded in another's has its own. */
export const i18n = createLanguages(preferred(safeStorage.get(KEY), navigator.languages ?? []))

document.documentElement.lang = i18n.global.locale.value

export function speak(language: Language): void {
  i18n.global.locale.value = language
  document.documentElement.lang = language
  safeStorage.set(KEY, language)
}
