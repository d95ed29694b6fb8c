import { onScopeDispose } from 'vue'

/** Keeps the page out of search engines as long as it is shown. The server says the same of its address. */
export function useNoIndex(): void {
  const meta = document.createElement('meta')
  meta.name = 'robots'
  meta.content = 'noindex'
  document.head.append(meta)
  onScopeDispose(() => {
    meta.remove()
  })
}
