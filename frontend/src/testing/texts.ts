import { LANGUAGES, loadTexts } from '@/locales/languages'

// Tests show what they mount at once, in any language.
await Promise.all(LANGUAGES.map(loadTexts))
