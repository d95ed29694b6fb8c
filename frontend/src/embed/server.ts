import { serveFrom } from '@/api/origin'

/** Where the script came from. */
const SCRIPT = new URL(import.meta.url).origin

let users = 0
let current = ''

/** The origin that the attribute names, else the script's; null when it names none. */
export function originOf(attribute: string | null): string | null {
  if (!attribute?.trim()) return SCRIPT
  try {
    const { protocol, origin } = new URL(attribute.trim(), location.href)
    return protocol === 'http:' || protocol === 'https:' ? origin : null
  } catch {
    return null
  }
}

/**
 * Has an element speak to a server until the returned function is called; null while other elements of the page speak to another one:
 * a page has one server at a time.
 */
export function claimServer(origin: string): (() => void) | null {
  if (users > 0 && origin !== current) return null
  users++
  current = origin
  serveFrom(origin === location.origin ? '' : origin)
  let held = true
  return () => {
    if (held) users--
    held = false
  }
}
