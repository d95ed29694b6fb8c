import { late } from '../app/late'

/** Of the panel, what nobody sees before seats are held, proposed or filtered. */
export const ContactFields = late(() => import('./ContactFields.vue'))
export const FilterPanel = late(() => import('./FilterPanel.vue'))
export const HoldCountdown = late(() => import('./HoldCountdown.vue'))
export const HoldEnded = late(() => import('./HoldEnded.vue'))
export const HoldSeats = late(() => import('./HoldSeats.vue'))
export const PriceRange = late(() => import('./PriceRange.vue'))
export const ProposalCard = late(() => import('./ProposalCard.vue'))
