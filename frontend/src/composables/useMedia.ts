import { onScopeDispose, ref, type Ref } from 'vue'

/** Whether a media query holds now. */
export function useMedia(query: string): Ref<boolean> {
  const list = window.matchMedia(query)
  const holds = ref(list.matches)
  const follow = () => {
    holds.value = list.matches
  }
  list.addEventListener('change', follow)
  onScopeDispose(() => {
    list.removeEventListener('change', follow)
  })
  return holds
}
