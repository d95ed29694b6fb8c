/** A reference letter by letter, so that a voice spells it and does not try to read a word. */
export function spoken(reference: string): string {
  return [...reference].join(', ')
}

/** A reference in two parts, which the eye keeps apart. */
export const halves = (reference: string) => [reference.slice(0, 4), reference.slice(4)]
