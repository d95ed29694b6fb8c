import { shallowRef } from 'vue'

/**
 * Open dialogs, the uppermost last. A modal dialog makes the rest of the page inert, so messages have to live in it to be
 * seen and spoken.
 */
export const toastHosts = shallowRef<readonly HTMLElement[]>([])

export function hostToasts(dialog: HTMLElement): void {
  toastHosts.value = [...toastHosts.value, dialog]
}

export function unhostToasts(dialog: HTMLElement): void {
  toastHosts.value = toastHosts.value.filter((d) => d !== dialog)
}
