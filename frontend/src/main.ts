import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n } from './locales'
import { loadTexts } from './locales/languages'
import { router } from './router'
import { useConnection } from './stores/connection'
import { useEvents } from './stores/events'
import { useToasts } from './stores/toasts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/map.css'
import './styles/still.css'
import './styles/print.css'

/** What the server has drawn stays until there is something better to show: all that is needed is fetched side by side. */
async function start(): Promise<void> {
  const pinia = createPinia()
  const app = createApp(App).use(pinia).use(i18n)
  if (useEvents(pinia).begin()) useConnection(pinia).connect()
  app.use(router)
  // The file of a page did not come later on: the server may have another one since, so the address is opened anew.
  router.onError((_, to) => {
    if (router.currentRoute.value.matched.length === 0) return // it was the first
    const open = () => { location.assign(to.fullPath) }
    if (navigator.onLine) open()
    else useToasts(pinia).ask({ kind: 'problem', key: 'toast.part', values: {}, seats: [], actions: [{ name: 'main', key: 'bar.reload', run: open }] })
  })
  await Promise.all([loadTexts(i18n.global.locale.value), router.isReady()])
  app.mount('#app')
}

start().catch((cause: unknown) => {
  // A file did not come: the network broke, or the server has another page since. Once is tried anew.
  const [visit] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  if (visit?.type === 'reload') throw cause
  location.reload()
})
