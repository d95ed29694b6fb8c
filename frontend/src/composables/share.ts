/** What became of it; `dismissed`: the buyer thought better of it. */
export type Shared = 'shared' | 'copied' | 'dismissed' | 'refused'

/** Hands a link on: by the phone's own means where there are such, else into the clipboard. */
export async function share(title: string, url: string): Promise<Shared> {
  const native = navigator.share as typeof navigator.share | undefined
  if (native && window.matchMedia('(pointer: coarse)').matches) {
    try {
      await native.call(navigator, { title, url })
      return 'shared'
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'AbortError') return 'dismissed'
    }
  }
  return (await copy(url)) ? 'copied' : 'refused'
}

/** Pages that are not served over TLS have no clipboard of the newer kind. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copySelected(text)
  }
}

function copySelected(text: string): boolean {
  const before = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  field.className = 'unseen'
  document.body.append(field)
  field.select()
  try {
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    field.remove()
    if (before instanceof HTMLElement) before.focus({ preventScroll: true })
  }
}
