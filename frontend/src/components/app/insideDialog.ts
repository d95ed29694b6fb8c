import { focusedAround } from '@/composables/focus'

/**
 * Shows a dialog over its room alone, for the page around is another's: the rest of the room is inert, Escape and a press beside it
 * close it. Returns how to take that back.
 */
export function showInside(dialog: HTMLDialogElement, room: HTMLElement, close: () => void): () => void {
  const calmed: HTMLElement[] = []
  for (let at: HTMLElement = dialog; at !== room && at.parentElement; at = at.parentElement) {
    for (const beside of at.parentElement.children) {
      if (beside === at || !(beside instanceof HTMLElement) || beside.inert || beside.dataset.spoken !== undefined) continue
      beside.inert = true
      calmed.push(beside)
    }
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    event.preventDefault()
    event.stopPropagation()
    close()
  }
  const onPress = (event: Event) => {
    if (!event.composedPath().includes(dialog)) close()
  }
  dialog.addEventListener('keydown', onKey)
  room.addEventListener('pointerdown', onPress)
  dialog.show()
  if (!dialog.contains(focusedAround(dialog))) dialog.focus()
  return () => {
    for (const element of calmed) element.inert = false
    dialog.removeEventListener('keydown', onKey)
    room.removeEventListener('pointerdown', onPress)
  }
}
