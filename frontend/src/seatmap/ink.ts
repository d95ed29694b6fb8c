export type Ink = 'dark' | 'light'

/** The inks of map.css: black and white, because between them one always has a contrast of 4.58 or more. */
const INKS: Record<Ink, string> = { dark: '#000000', light: '#ffffff' }

/** The ink that reads better on a colour. */
export function inkOn(colour: string): Ink {
  return contrast(INKS.dark, colour) > contrast(INKS.light, colour) ? 'dark' : 'light'
}

/** The grounds of tokens.css on which seats are drawn, in light and in dark. */
const GROUNDS = ['#eeeeea', '#1a1c22']
/** Less than this is hardly seen. */
const SEEN = 1.8

/** Whether a colour needs an edge to be seen on one of the grounds. */
export function needsEdge(colour: string): boolean {
  return GROUNDS.some((ground) => contrast(ground, colour) < SEEN)
}

/** Contrast of two colours, 1 to 21 (WCAG 2). */
export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a) + 0.05, luminance(b) + 0.05]
  return x > y ? x / y : y / x
}

/** Relative luminance of #rrggbb (WCAG 2). */
function luminance(colour: string): number {
  const n = parseInt(colour.slice(1), 16)
  const channel = (shift: number) => {
    const v = ((n >> shift) & 255) / 255
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
}
