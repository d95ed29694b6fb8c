import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { groups } from './build/chunks.ts'
import { compiledTexts } from './build/texts.ts'

const server = process.env.JARI_DEV_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [vue(), compiledTexts()],
  resolve: {
    alias: {
      '@': fileURLToPath(new URL('./src', import.meta.url)),
      'd3-color': fileURLToPath(new URL('./build/colours.ts', import.meta.url)),
      // The same without what formats numbers and dates, which Intl does here.
      'vue-i18n': 'petite-vue-i18n',
    },
  },
  define: {
    // Components are written with script setup alone.
    __VUE_OPTIONS_API__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  // The browser's Origin is passed on untouched; the server allows loopback origins.
  server: { host: '127.0.0.1', proxy: { '/api': { target: server, ws: true } } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    // Browsers that know no preloading of modules fetch them as they come to them.
    modulePreload: { polyfill: false },
    // The server reads which files a page needs first, and has the browser fetch them at once. It takes in no folder with a dot.
    manifest: 'manifest.json',
    reportCompressedSize: true,
    // How long plugins took is nothing that whoever installs this could change.
    rolldownOptions: { output: { codeSplitting: { groups } }, checks: { bundlerTimings: false } },
  },
  test: { environment: 'happy-dom', include: ['{src,build}/**/*.test.ts'], setupFiles: ['src/testing/texts.ts'] },
})
