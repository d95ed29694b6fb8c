import './jsx'
import type { JariSeatMapElement } from './types'

export type * from './types'
export declare const JariSeatMap: { new (): JariSeatMapElement; prototype: JariSeatMapElement }
