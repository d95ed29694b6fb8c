import en from './en'

/**
 * The text to show for a key that was built from a server's code, and its values: a later server may send codes we have no
 * words for, and a limit whose number is not known is said without it.
 */
export function textFor(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  if (key === 'refused.hold_limit' && !values.n) return 'refused.over_limit'
  return isText(key) ? key : 'refused.internal'
}

function isText(key: string): boolean {
  let at: unknown = en
  for (const name of key.split('.')) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined
  return typeof at === 'string'
}
