import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n } from './locales'
import { router } from './router'
import './styles/tokens.css'
import './styles/base.css'
import './styles/map.css'
import './styles/still.css'
import './styles/print.css'

const app = createApp(App).use(createPinia()).use(i18n).use(router)
const mount = () => app.mount('#app')
// The still picture that came with the page stays until there is something to take its place.
router.isReady().then(mount, mount)
