import { preferred, type Language } from '@/locales/languages'
import type { JariTheme } from './types'

/** What the attributes ask for. */
export interface Options {
  event: string
  zone: string | undefined
  seats: readonly string[]
  language: Language
  theme: JariTheme
}

export const ATTRIBUTES = ['event', 'server', 'lang', 'theme', 'zone', 'seats'] as const

/** The languages that are asked for, the element's own first: `de` has no texts, so the next one is taken. */
export function languageOf(element: Element, browser: readonly string[] = navigator.languages): Language {
  const own = element.getAttribute('lang') ?? ''
  const around = element.parentElement?.closest('[lang]')?.getAttribute('lang') ?? document.documentElement.lang
  return preferred(null, [own, around, ...browser].filter((tag) => tag !== ''))
}

export function optionsOf(element: Element): Options {
  const text = (name: string) => element.getAttribute(name)?.trim() ?? ''
  const theme = text('theme')
  return {
    event: text('event'),
    zone: text('zone') || undefined,
    seats: text('seats')
      .split(',')
      .map((seat) => seat.trim())
      .filter((seat) => seat !== ''),
    language: languageOf(element),
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
  }
}

