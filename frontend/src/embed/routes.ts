import { defineComponent, h, type PropType } from 'vue'
import { addressOf } from '@/api/origin'

/**
 * Stands for vue-router in the element (vite.embed.config.ts): what is a way within the site is a link to the site there, in a tab of its
 * own, and nothing of the host page's address is touched.
 */
type To = string | { name?: string; params?: Record<string, string> }

const PATHS: Record<string, (params: Record<string, string>) => string> = {
  events: () => '/',
  event: ({ event = '' }) => `/events/${encodeURIComponent(event)}`,
  bookings: () => '/bookings',
  booking: ({ id = '' }) => `/bookings/${encodeURIComponent(id)}`,
}

export function pathOf(to: To): string {
  if (typeof to === 'string') return to
  return PATHS[to.name ?? '']?.(to.params ?? {}) ?? '/'
}

export const RouterLink = defineComponent({
  name: 'RouterLink',
  props: { to: { type: [String, Object] as PropType<To>, required: true } },
  setup: (props, { slots }) => () => h('a', { href: addressOf(pathOf(props.to)), target: '_blank', rel: 'noopener' }, slots.default?.()),
})
