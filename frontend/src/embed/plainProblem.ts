import { watchEffect } from 'vue'
import { createLanguages } from '@/locales/languages'
import type { Options } from './options'

/** Says why there is no map, where there is no app to say it. */
export function plainProblem(box: HTMLElement, options: Options, key: string): void {
  const i18n = createLanguages(options.language)
  const text = document.createElement('p')
  text.className = 'plain'
  text.setAttribute('role', 'alert')
  box.append(text)
  watchEffect(() => {
    i18n.global.locale.value = options.language
    box.lang = options.language
    box.dataset.theme = options.theme
    text.textContent = i18n.global.t(key)
  })
}
