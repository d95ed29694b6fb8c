/** A reference letter by letter, so that a voice spells it and does not try to read a word. */
export function spoken(reference: string): string {
  return [...reference].join(', ')
}
