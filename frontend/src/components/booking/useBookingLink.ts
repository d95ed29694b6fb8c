import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { ApiError } from '@/api/http'
import { useLinks } from '@/stores/links'

export interface BookingLink {
  /** The address that opens the booking anywhere; null until it is known. */
  link: ComputedRef<string | null>
  failed: Ref<boolean>
  make: () => Promise<void>
  /** Makes all links worthless, and another one. */
  renew: () => Promise<void>
}

/** The link of a booking: the buyer's own is made when it is `wanted`, who was sent one has it. */
export function useBookingLink(id: string, own: () => boolean, wanted: () => boolean): BookingLink {
  const links = useLinks()
  const router = useRouter()
  const key = shallowRef<string | null>(null)
  const failed = shallowRef(false)
  const link = computed(() => (key.value === null ? null : links.address(router.resolve({ name: 'booking', params: { id } }).href, key.value)))

  async function take(made: Promise<string>): Promise<void> {
    failed.value = false
    try {
      key.value = await made
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause
      failed.value = true
    }
  }

  async function make(): Promise<void> {
    if (own()) await take(links.make(id))
    else key.value = links.keyOf(id)
  }

  async function renew(): Promise<void> {
    key.value = null
    await take(links.renew(id))
  }

  watch(
    [wanted, own],
    ([now]) => {
      if (now) void make()
    },
    { immediate: true },
  )

  return { link, failed, make, renew }
}
