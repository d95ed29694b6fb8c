import type { JariSeatMapAttributes } from './types'

type Attributes = JariSeatMapAttributes & { class?: string; className?: string; id?: string; style?: unknown; ref?: unknown; key?: string | number }

declare global {
  namespace JSX {
    interface IntrinsicElements {
      'jari-seat-map': Attributes
    }
  }
}
