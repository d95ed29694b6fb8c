import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import ts from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'

/** What a folder must not import; the order of the house is views -> components -> stores -> api, protocol, composables. */
const walls = (patterns, message) => ({ 'no-restricted-imports': ['error', { patterns: [{ group: patterns, message }] }] })

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/protocol/schema.d.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: ts.parser } },
  },
  {
    rules: {
      'no-undef': 'off', // TypeScript knows better
      'max-lines': ['error', { max: 300 }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['warn', { html: { void: 'always', normal: 'always', component: 'always' } }],
      'vue/multi-word-component-names': 'error',
      'vue/component-api-style': ['error', ['script-setup']],
    },
  },
  { files: ['src/locales/en.ts', 'src/locales/ko.ts'], rules: { 'max-lines': 'off' } }, // a language is one file
  {
    files: ['src/locales/en.ts', 'src/locales/ko.ts'],
    rules: { 'max-lines': 'off' }, // one file per language, however much there is to say
  },
  {
    files: ['src/seatmap/**', 'src/protocol/**'],
    rules: walls(['vue', 'vue-*', 'pinia', '@/stores/*', '@/components/*', '@/views/*', '@/composables/*', '@/api/*'], 'seatmap and protocol know nothing of the page'),
  },
  {
    files: ['src/api/**', 'src/composables/**'],
    rules: walls(['@/stores/*', '@/components/*', '@/views/*'], 'going back is not allowed'),
  },
  {
    files: ['src/stores/**'],
    rules: walls(['@/components/*', '@/components/**', '@/views/*'], 'going back is not allowed'),
  },
  {
    files: ['src/components/**'],
    rules: walls(['@/views/*'], 'going back is not allowed'),
  },
)
