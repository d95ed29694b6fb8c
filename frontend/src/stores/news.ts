import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { keptAs } from '@/api/origin'
import { safeStorage } from '@/composables/safeStorage'

/** Before servers were told apart, it was kept under this name alone. */
const NEWS = 'jari.news.others'

/** What those who hear the page are told of what others do. */
export const useNews = defineStore('news', () => {
  /** The zone that the buyer is in, on the map or in the list. */
  const zone = ref<string | null>(null)
  const KEY = keptAs(NEWS)
  const others = ref((safeStorage.get(KEY) ?? safeStorage.get(NEWS)) !== 'off')
  watch(others, (on) => {
    safeStorage.set(KEY, on ? 'on' : 'off')
  })
  return { zone, others }
})
