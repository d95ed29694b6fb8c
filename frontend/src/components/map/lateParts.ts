import { late } from '../app/late'

/** Of the map, what nobody sees before it is moved, pointed at, or asked of. */
export const MapHelp = late(() => import('./MapHelp.vue'))
export const MapTips = late(() => import('./MapTips.vue'))
export const MiniMap = late(() => import('./MiniMap.vue'))
export const SeatList = late(() => import('./SeatList.vue'))
export const StageCompass = late(() => import('./StageCompass.vue'))
export const ZoneDialog = late(() => import('./ZoneDialog.vue'))
