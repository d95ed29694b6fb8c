import '@/styles/tokens.css'
import '@/styles/base.css'
import '@/styles/map.css'
import './embed.css'

/** The build puts the styles of everything that is in the script here; see vite.embed.config.ts. */
const CSS = '__JARI_EMBED_CSS__'

let sheet: CSSStyleSheet | undefined

/** One sheet for all elements. Made by script, it needs no leave from a host page's policy for inline styles. */
export function styles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(CSS)
  }
  return sheet
}
