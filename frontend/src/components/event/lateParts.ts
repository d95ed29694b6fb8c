import { late } from '../app/late'

export const LeaveDialog = late(() => import('./LeaveDialog.vue'))
