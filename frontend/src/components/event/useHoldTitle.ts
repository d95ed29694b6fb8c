import { computed, onScopeDispose, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useNow } from '@/composables/useNow'
import { useTitle } from '@/composables/useTitle'
import { useConnection } from '@/stores/connection'
import { useHold } from '@/stores/hold'

/** The name of the tab: while seats are held it tells how long, and the icon has a mark. */
export function useHoldTitle(title: () => string): void {
  const { t } = useI18n()
  const hold = useHold()
  const now = useNow(useConnection().clock, 500)
  const held = computed(() => hold.hold)

  const left = computed(() => {
    const seconds = held.value ? Math.max(0, Math.ceil((Date.parse(held.value.expires_at) - now.value) / 1000)) : 0
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  })
  useTitle(() => (held.value ? `${left.value} · ${t('panel.count', { n: hold.count }, hold.count)} · ${title()}` : title()))

  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon][type="image/svg+xml"]')
  const plain = icon?.href ?? ''
  const mark = (holding: boolean) => {
    if (icon) icon.href = holding ? '/favicon-holding.svg' : plain
  }
  watch(() => held.value !== null, mark, { immediate: true })
  onScopeDispose(() => {
    mark(false)
  })
}
