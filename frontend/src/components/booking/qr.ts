/** A code that cameras read: its side in modules, margin included, and its dark modules as one path. */
export interface Code {
  side: number
  path: string
}

/** Modules of margin that readers need, ISO/IEC 18004. */
const MARGIN = 4

/** Whoever scrolls or taps meanwhile comes first. */
const yielded = () => new Promise<void>((go) => setTimeout(go))

/** The library comes when the first code is drawn. */
export async function codeOf(text: string): Promise<Code> {
  const { encode } = await import('uqr')
  await yielded()
  const { data } = encode(text, { ecc: 'M', border: 0 })
  await yielded()
  let path = ''
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue
      const from = x
      while (row[x + 1]) x++
      path += `M${from + MARGIN} ${y + MARGIN}h${x - from + 1}v1h${from - x - 1}z`
    }
  })
  return { side: data.length + 2 * MARGIN, path }
}
