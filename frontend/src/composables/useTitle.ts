import { watchEffect } from 'vue'

/** The page's title, with ours behind it. */
export function useTitle(title: () => string): void {
  watchEffect(() => {
    const now = title()
    document.title = now === '' ? 'Jari 자리' : `${now} · Jari 자리`
  })
}
