import { JariSeatMap } from './element'

export { JariSeatMap }
export type * from './types'

// Loaded twice, by two scripts of one page for instance, the first one stays.
if (!customElements.get('jari-seat-map')) customElements.define('jari-seat-map', JariSeatMap)
