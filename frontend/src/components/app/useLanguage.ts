import { speak } from '@/locales'
import type { Language } from '@/locales/languages'
import { useToasts } from '@/stores/toasts'

/** Changes the page's language; its texts may not be to be had. */
export function useLanguage(): (language: Language) => void {
  const toasts = useToasts()
  return (language) => {
    speak(language).catch(() => {
      toasts.show('problem', 'refused.offline')
    })
  }
}
