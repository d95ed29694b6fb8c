import { ref } from 'vue'

const memory = new Map<string, string>()

/** The browser keeps nothing for us: what is kept lasts as long as the page. */
export const storageBlocked = ref(false)

/** localStorage where the browser allows it; otherwise it lasts as long as the page. */
export const safeStorage = {
  get(key: string): string | null {
    try {
      return localStorage.getItem(key) ?? memory.get(key) ?? null
    } catch {
      storageBlocked.value = true
      return memory.get(key) ?? null
    }
  },
  set(key: string, value: string): void {
    try {
      localStorage.setItem(key, value)
      memory.delete(key)
    } catch {
      storageBlocked.value = true
      memory.set(key, value)
    }
  },
  remove(key: string): void {
    memory.delete(key)
    try {
      localStorage.removeItem(key)
    } catch {
      // Refused storage has nothing to remove.
    }
  },
}

/** Reads JSON that an older page may have written in another form: what does not fit counts as absent. */
export function readJSON<T>(key: string, fits: (value: unknown) => value is T): T | null {
  const text = safeStorage.get(key)
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    return fits(value) ? value : null
  } catch {
    return null
  }
}
