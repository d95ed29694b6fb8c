const memory = new Map<string, string>()

/** Kept for this visit: in this tab until it is closed, and where the browser refuses that, as long as the page. */
export const visit = {
  get(key: string): string | null {
    try {
      return sessionStorage.getItem(key) ?? memory.get(key) ?? null
    } catch {
      return memory.get(key) ?? null
    }
  },
  set(key: string, value: string): void {
    memory.set(key, value)
    try {
      sessionStorage.setItem(key, value)
    } catch {
      // The page remembers it.
    }
  },
}
