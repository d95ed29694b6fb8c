import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { safeStorage } from '@/composables/safeStorage'

const KEY = 'jari.news.others'

/** What those who hear the page are told of what others do. */
export const useNews = defineStore('news', () => {
  /** The zone that the buyer is in, on the map or in the list. */
  const zone = ref<string | null>(null)
  const others = ref(safeStorage.get(KEY) !== 'off')
  watch(others, (on) => {
    safeStorage.set(KEY, on ? 'on' : 'off')
  })
  return { zone, others }
})
