import { ApiError } from '@/api/http'
import type { ZonePlan } from '@/protocol/shapes'
import { addSeats, type PlanModel } from '@/seatmap/model'

/** Seats asked for in one call: its answer is read in one piece, and no frame should wait for that. */
const SEATS_A_CALL = 2_000
/** Longest wait for a frame, ms: a page that goes out of sight has none. */
const LATE = 250

/** Brings the seats of zones into a plan, zone by zone. */
export class ZoneLoader {
  private readonly loading = new Map<string, Promise<boolean>>()
  private next = Promise.resolve()

  constructor(
    private readonly plan: PlanModel,
    private readonly read: (ids: string[]) => Promise<ZonePlan[]>,
    private readonly onLoad: (zone: string) => void,
  ) {}

  /** False: the server did not give all of them. */
  async load(ids: readonly string[]): Promise<boolean> {
    const missing = [...new Set(ids)].filter((id) => this.plan.zone.get(id)?.loaded === false && !this.loading.has(id))
    for (const call of this.calls(missing)) {
      const coming = this.bring(call).finally(() => {
        for (const id of call) this.loading.delete(id)
      })
      for (const id of call) this.loading.set(id, coming)
    }
    const done = await Promise.all(ids.map((id) => this.loading.get(id) ?? this.plan.zone.get(id)?.loaded === true))
    return done.every(Boolean)
  }

  private calls(ids: readonly string[]): string[][] {
    const calls: string[][] = []
    let room = 0
    for (const id of ids) {
      const seats = this.plan.zone.get(id)?.capacity ?? 0
      const call = calls.at(-1)
      if (call && seats <= room) {
        call.push(id)
        room -= seats
      } else {
        calls.push([id])
        room = SEATS_A_CALL - seats
      }
    }
    return calls
  }

  private async bring(ids: string[]): Promise<boolean> {
    let plans: ZonePlan[]
    try {
      plans = await this.read(ids)
    } catch (cause) {
      if (cause instanceof ApiError) return false
      throw cause
    }
    for (const plan of plans) {
      await this.turn()
      if (addSeats(this.plan, plan)) this.onLoad(plan.id)
    }
    return ids.every((id) => this.plan.zone.get(id)?.loaded)
  }

  /** One zone a frame, of all calls: each is work for the map. */
  private turn(): Promise<void> {
    const mine = this.next
    this.next = mine.then(breath)
    return mine
  }
}

/** Until after the next frame. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, document.hidden ? 0 : LATE)
    requestAnimationFrame(() => {
      clearTimeout(late)
      setTimeout(resolve)
    })
  })
}
