import { AVAILABLE } from '@/protocol/zoneState'
import type { ZoneModel } from './model'

/** How many seats of a loaded zone are free, by category: counted once, then only what changes. */
export class FreeSeats {
  readonly all: Uint32Array
  /** Of them wheelchair places and their companions' seats. */
  readonly special: Uint32Array
  private readonly free: Uint8Array

  /** `states` is the zone's own, and changes in place. */
  constructor(
    private readonly zone: ZoneModel,
    private readonly states: Uint8Array,
    categories: number,
  ) {
    this.all = new Uint32Array(categories)
    this.special = new Uint32Array(categories)
    this.free = new Uint8Array(zone.seats.length)
    for (let i = 0; i < this.free.length; i++) this.count(i)
  }

  /** The states of these seats may have changed. */
  changed(indexes: readonly number[]): void {
    for (const i of indexes) if (i < this.free.length) this.count(i)
  }

  private count(i: number): void {
    const now = this.states[i] === AVAILABLE ? 1 : 0
    const by = now - (this.free[i] ?? 0)
    if (by === 0) return
    this.free[i] = now
    const category = this.zone.categories[i] ?? 0
    this.all[category] = (this.all[category] ?? 0) + by
    const seat = this.zone.seats[i]
    if (seat?.accessible || seat?.companion) this.special[category] = (this.special[category] ?? 0) + by
  }
}
