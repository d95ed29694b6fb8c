import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import type { AtRule, Declaration, Plugin as StylePlugin, Root, Rule } from 'postcss'
import { defineConfig, type Plugin } from 'vite'
import { compiledTexts } from './build/texts.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Builds dist/embed/jari-seat-map.js: the custom element in one file, with its styles inside. Runs after the page's own build. */
export default defineConfig({
  plugins: [vue(), compiledTexts(), stylesInside()],
  publicDir: false,
  resolve: {
    alias: {
      '@': here('./src'),
      'vue-router': here('./src/embed/routes.ts'), // an element has no address of its own
    },
  },
  define: {
    'process.env.NODE_ENV': '"production"',
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  css: { postcss: { plugins: [forElement()] } },
  build: {
    target: 'es2022',
    outDir: 'dist/embed',
    emptyOutDir: false,
    cssCodeSplit: false,
    lib: { entry: here('./src/embed/index.ts'), formats: ['es'], fileName: () => 'jari-seat-map.js', cssFileName: 'jari-seat-map' },
    rolldownOptions: { output: { codeSplitting: false, minify: true }, checks: { bundlerTimings: false } },
  },
})

/** Puts the styles into the script (src/embed/styles.ts), which makes a sheet of them for the shadow root. */
function stylesInside(): Plugin {
  return {
    name: 'jari-styles-inside',
    enforce: 'post',
    generateBundle(_, bundle) {
      const css = Object.entries(bundle).find(([name]) => name.endsWith('.css'))
      const script = Object.values(bundle).find((part) => part.type === 'chunk')
      if (css?.[1].type !== 'asset' || !script || script.type !== 'chunk') throw new Error('no styles to put into the script')
      const before = script.code
      script.code = before.replace(/(["'`])__JARI_EMBED_CSS__\1/, () => JSON.stringify(String(css[1].type === 'asset' ? css[1].source : '')))
      if (script.code === before) throw new Error('the script has no place for its styles')
      Reflect.deleteProperty(bundle, css[0])
    },
  }
}

/**
 * Makes styles of a page those of an element: `:root` is its box `.jari`, `rem` the size of letters that the reader has chosen, whatever the
 * host page makes of it, and each token `--x` may be given as `--jari-x`. Dark colours follow `theme`, and the reader where that is auto.
 */
function forElement(): StylePlugin {
  return {
    postcssPlugin: 'jari-for-element',
    Once(root: Root) {
      root.walkRules((rule: Rule) => {
        if (rule.selectors.some((s) => [':root', 'html', 'body'].includes(s))) rule.selectors = rule.selectors.map((s) => s.replace(/^(:root|html|body)$/, '.jari'))
      })
      if (root.source?.input.file?.endsWith('tokens.css')) themable(root)
      root.walkDecls((decl: Declaration) => {
        decl.value = decl.value.replace(/(?<![\w.#-])(-?\d*\.?\d+)rem\b/g, 'calc($1 * var(--browser-rem, 16px))')
      })
    },
  }
}

function themable(root: Root): void {
  root.walkDecls(/^--/, (decl: Declaration) => {
    decl.value = `var(--jari-${decl.prop.slice(2)}, ${decl.value})`
  })
  root.walkAtRules('media', (media: AtRule) => {
    if (!media.params.includes('prefers-color-scheme: dark')) return
    media.walkRules((rule: Rule) => {
      const chosen = rule.clone({ selector: ".jari[data-theme='dark']" })
      rule.selector = ".jari[data-theme='auto']"
      media.after(chosen)
    })
  })
}
