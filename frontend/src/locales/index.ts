import { safeStorage } from '@/composables/safeStorage'
import { createLanguages, isLoaded, loadTexts, preferred, type Language } from './languages'

const KEY = 'jari.language'

/** Of the page; what is embedded in another's has its own. */
export const i18n = createLanguages(preferred(safeStorage.get(KEY), navigator.languages ?? []))

document.documentElement.lang = i18n.global.locale.value

/** The last language that was wished: of two wishes the later one counts, whichever's texts come first. */
let wished: Language

/** Changes the page's language, when its texts are there; where they cannot be had the page keeps the one that it has. */
export async function speak(language: Language): Promise<void> {
  wished = language
  if (!isLoaded(language)) await loadTexts(language)
  if (wished !== language) return
  i18n.global.locale.value = language
  document.documentElement.lang = language
  safeStorage.set(KEY, language)
}
