/**
 * What the server has put into the page as JSON under an id, so that nothing need be asked for first; null where there is none. It is as old
 * as the page, so it is given once.
 */
export function takeInlined(id: string): unknown {
  const element = document.getElementById(id)
  if (!(element instanceof HTMLScriptElement) || element.type !== 'application/json') return null
  element.remove()
  try {
    return JSON.parse(element.text) as unknown
  } catch {
    return null // cut short on its way: it is asked for
  }
}
