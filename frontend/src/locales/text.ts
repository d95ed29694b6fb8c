import { isText } from './languages'

/**
 * The text to show for a key that was built from a server's code, and its values: a later server may send codes we have no
 * words for, and a limit whose number is not known is said without it.
 */
export function textFor(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  if (key === 'refused.hold_limit' && !values.n) return 'refused.over_limit'
  return isText(key) ? key : 'refused.internal'
}
