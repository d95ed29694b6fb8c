import { onScopeDispose, type ShallowRef } from 'vue'
import type { PlanModel, SeatRef, ZoneModel } from '@/seatmap/model'
import { placeOf } from '@/seatmap/rows'
import type { Direction } from '@/seatmap/seatIndex'
import { nextZone, turnTo, unknownAhead, zoneOf, type Place } from '@/seatmap/steps'
import type { Level } from '@/seatmap/viewport'

const ARROWS: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }
const NEARER = 1.6
/** Who waits longer than this, ms, is told for what. */
const SILENCE = 1_000

/** What of the map the keyboard needs. */
interface Keyed {
  plan: PlanModel
  level: Level
  middleSeat: () => SeatRef | null
  zonesInView: () => ZoneModel[]
  camera: { reveal: (seat: SeatRef) => void; showZone: (zone: ZoneModel) => void; zoomBy: (factor: number) => void; fit: () => void }
}

interface Keys {
  view: Readonly<ShallowRef<Keyed | null>>
  /** Where the keyboard is; null: at the map as a whole. */
  place: Readonly<ShallowRef<Place | null>>
  go: (to: Place | null) => void
  /** Brings the seats of zones; false: the server did not give them. */
  load: (zones: string[]) => Promise<boolean>
  /** Comes when it is known which seats of a zone are free; never, while nobody can tell. */
  known: (zone: ZoneModel) => Promise<void>
  free: (seat: SeatRef) => boolean
  pick: (seat: SeatRef) => unknown
  /** A zone without numbered seats was chosen. */
  general: (zone: string) => void
  help: () => void
  /** The seats of a zone could not be loaded. */
  missing: (zone: ZoneModel) => void
  /** The seats of a zone are still not here, or it is still not known which are free. */
  asking: (zone: ZoneModel) => void
}

/** The map by keyboard; what each key does is told by MapHelp and docs/accessibility.md. */
export function useMapKeys({ view, place, go, load, known, free, pick, general, help, missing, asking }: Keys) {
  /** Counts the keys, and what else the buyer does: what was begun for an earlier one is no longer wanted, nor for a map that is gone. */
  let turn = 0
  onScopeDispose(halt, true)

  /** The buyer goes on, by whatever means: what a key still waits for moves neither the map nor the focus any more. */
  function halt(): void {
    turn++
  }

  /** Whether what begins now is still wanted later: it was not halted, and the place is the same. */
  function wanting(): () => boolean {
    const mine = turn
    const from = place.value
    return () => {
      const at = place.value
      // Seen from afar a seat gives way to its zone by itself.
      const same = at === from || (at?.kind === 'zone' && from?.kind === 'seat' && at.zone === from.seat.zone)
      return mine === turn && same
    }
  }

  function goSeat(seat: SeatRef): void {
    go({ kind: 'seat', seat })
    view.value?.camera.reveal(seat)
  }

  /** Goes on once the seats of these zones are here, unless the buyer went on meanwhile. Who waits long, for them or for what comes then, is told once. */
  async function withSeats(zones: readonly ZoneModel[], then: (still: () => boolean) => unknown): Promise<void> {
    halt()
    const still = wanting()
    const wanted = zones.filter((z) => !z.loaded)
    const silence = setTimeout(() => {
      const late = wanted.find((z) => !z.loaded) ?? zones[0]
      if (late && still()) asking(late)
    }, SILENCE)
    try {
      const came = wanted.length === 0 || (await load(wanted.map((z) => z.id)))
      if (!still()) return
      const absent = wanted.find((z) => !z.loaded)
      if (!came && absent) missing(absent)
      await then(still)
    } finally {
      clearTimeout(silence)
    }
  }

  /** Comes close to a zone, at its first free seat. */
  function enter(zone: ZoneModel): void {
    if (zone.kind === 'general') general(zone.id)
    else void withSeats([zone], (still) => first(zone, still))
  }

  /** Goes to the first free seat as soon as that is known. */
  async function first(zone: ZoneModel, still: () => boolean): Promise<void> {
    if (zone.seats.length === 0) return
    view.value?.camera.showZone(zone)
    await known(zone)
    const seats = zone.seats.map((seat, index) => ({ zone, index, seat }))
    const seat = seats.find(free) ?? seats[0]
    if (still() && seat) go({ kind: 'seat', seat })
  }

  function begin(map: Keyed): void {
    const zone = map.zonesInView()[0]
    const seat = map.level === 'outline' ? null : map.middleSeat()
    if (seat) goSeat(seat)
    else if (zone) go({ kind: 'zone', zone })
  }

  function arrow(map: Keyed, from: Place | null, direction: Direction): void {
    if (!from) begin(map)
    else if (from.kind === 'zone') goZone(nextZone(map.plan, from.zone, direction))
    else {
      const { seat } = from
      void withSeats(unknownAhead(map.plan, seat, direction), () => {
        const to = map.plan.index.next(seat, direction)
        if (to) goSeat(to)
      })
    }
  }

  function goZone(zone: ZoneModel | null | undefined): void {
    if (zone) go({ kind: 'zone', zone })
  }

  function end(map: Keyed, from: Place | null, at: 0 | -1): void {
    const seat = from?.kind === 'seat' ? placeOf(from.seat)?.row.seats.at(at) : undefined
    if (seat) goSeat(seat)
    else goZone(map.plan.zones.at(at))
  }

  function page(map: Keyed, from: Place | null, by: 1 | -1): void {
    const zone = turnTo(map.plan, from && zoneOf(from), by)
    if (from?.kind === 'seat' && zone?.kind === 'seats') enter(zone)
    else goZone(zone)
  }

  /** What Enter does, and a press by a screen reader. */
  function act(): void {
    const at = place.value
    if (at?.kind === 'seat') pick(at.seat)
    else if (at) enter(at.zone)
    else if (view.value) begin(view.value)
  }

  /** One step back: from seats to their zone in the whole house, from zones to the map. */
  function leave(map: Keyed, from: Place): void {
    if (from.kind === 'zone') go(null)
    else {
      go({ kind: 'zone', zone: from.seat.zone })
      map.camera.fit()
    }
  }

  function handle(map: Keyed, key: string): boolean {
    const from = place.value
    const direction = ARROWS[key]
    if (direction) arrow(map, from, direction)
    else if (key === 'Home') end(map, from, 0)
    else if (key === 'End') end(map, from, -1)
    else if (key === 'PageDown') page(map, from, 1)
    else if (key === 'PageUp') page(map, from, -1)
    else if (key === 'Enter' || key === ' ') act()
    else if (key === '+' || key === '=') map.camera.zoomBy(NEARER)
    else if (key === '-') map.camera.zoomBy(1 / NEARER)
    else if (key === '0') map.camera.fit()
    else if (key === '?') help()
    else if (key === 'Escape' && from) leave(map, from)
    else return false
    return true
  }

  function onKey(event: KeyboardEvent): void {
    const map = view.value
    if (!map || event.ctrlKey || event.metaKey || event.altKey) return
    halt()
    if (handle(map, event.key)) event.preventDefault()
  }

  return { onKey, act, halt }
}
