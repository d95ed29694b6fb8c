import { defineStore } from 'pinia'
import { computed, ref, shallowRef, triggerRef, watch } from 'vue'
import { fetchZoneState } from '@/api/events'
import type { Overview, Push } from '@/protocol/messages'
import type { EventInfo } from '@/protocol/shapes'
import { ZoneState } from '@/protocol/zoneState'
import { buildPlan, type PlanModel } from '@/seatmap/model'
import type { ZoneLeft } from '@/seatmap/zoneLayer'
import { useConnection } from './connection'
import { SMALL_HOUSE, useEvents } from './events'
import { useVersion } from './liveVersion'
import { usePhase } from './phase'
import { ZoneLoader } from './zoneLoader'
import { ZonePoll } from './zonePoll'

/** A zone's states changed; without `touched` all of them may have. */
type ZoneListener = (zone: string, touched: readonly number[] | null) => void

/** Seats that the server did not give are asked for again after so long, ms. */
const LOAD_AGAIN = 3_000

/** The live picture of one event: plan, states per zone, what is left. Seat states stay in typed arrays outside reactivity. */
export const useLive = defineStore('live', () => {
  const connection = useConnection()
  const events = useEvents()
  const event = shallowRef<EventInfo | null>(null)
  const plan = shallowRef<PlanModel | null>(null)
  const zones = shallowRef(new Map<string, ZoneState>())
  const { version, counts, bump } = useVersion()
  /** Grows when the seats of a zone have been loaded into the plan, which itself is not reactive. */
  const loads = ref(0)
  const overview = shallowRef<Overview | null>(null)
  /** Zones of which the server says that their picture is stale. */
  const stale = shallowRef(new Set<string>())
  const joined = new Set<string>()
  /** Known zones that are not followed: left, or joined again and neither granted nor asked for since. Their picture is of an earlier time. */
  const behind = new Set<string>()
  /** How many of the joined zones are not current, or without their seats. */
  const awaited = ref(0)
  /** What the map would like to watch, most important first. */
  let wishes: readonly string[] = []
  /** What others than the map need to watch: each of their lists. */
  const attended = new Set<readonly string[]>()
  let loader: ZoneLoader | null = null
  let loadAgain: ReturnType<typeof setTimeout> | undefined
  const asking = new Set<string>()
  const listeners = new Set<ZoneListener>()
  let unlisten: (() => void) | null = null
  /** Counts openings and closings: what was asked for before one is no longer wanted. */
  let turn = 0

  /** The socket brings nothing now, and is still tried. */
  const alone = () => event.value !== null && (connection.state === 'connecting' || connection.state === 'reconnecting')
  const unseen = (zone: string) => zones.value.get(zone)?.known !== true
  const lacking = (zone: string) => joined.has(zone) && (alone() || unseen(zone))
  const poll = new ZonePoll({
    due: () => (connection.online && document.visibilityState === 'visible' ? [...joined].filter(lacking) : []),
    unseen,
    bring: async (zone) => {
      const info = event.value
      if (!info) return false
      const { live, ...picture } = await fetchZoneState(info.id, zone)
      if (event.value !== info || !lacking(zone)) return false
      hear({ type: 'snapshot', event: info.id, zone, ...picture, live })
      const at = zones.value.get(zone)
      // One that was too old to show changed nothing, nor of when it is what is shown.
      if (at?.epoch !== picture.epoch || at.version !== picture.version) return false
      follow(zone)
      return true
    },
    seen: (at, some) => {
      // What is left elsewhere is as old as it was.
      const older = some || (overview.value !== null && plan.value?.zones.some((z) => !joined.has(z.id)))
      if (!older || connection.lastLive === 0) connection.sawAt(at)
    },
    alone,
    now: () => connection.clock.now(),
  })
  watch(() => connection.state, () => event.value && poll.start())

  // What was asked on the old connection got lost with it; the new one joins again by itself.
  watch(
    () => connection.lives,
    () => {
      asking.clear()
      void loadJoined()
    },
  )
  watch(() => connection.mostJoins, () => look(wishes))

  const { phase, askPhase } = usePhase(event, overview)
  const ready = computed(() => connection.state === 'live' && plan.value !== null && awaited.value === 0 && stale.value.size === 0)

  const left = computed(() => {
    void counts.value
    const found = new Map<string, ZoneLeft>()
    const told = new Map(overview.value?.zones.map(([zone, available]) => [zone, available]))
    for (const zone of plan.value?.zones ?? []) {
      const available = (current(zone.id) ? zones.value.get(zone.id)?.left : undefined) ?? told.get(zone.id)
      if (available !== undefined) found.set(zone.id, { available, capacity: zone.capacity })
    }
    return found
  })

  /** Opens an event; the previous one is left. Throws what the server says; false when it was closed again meanwhile. */
  async function open(id: string): Promise<boolean> {
    close()
    const mine = turn
    connection.connect()
    const info = await events.event(id)
    if (mine !== turn) return false
    event.value = info
    const built = buildPlan(info)
    zones.value = new Map(built.zones.map((z) => [z.id, new ZoneState(z.kind === 'seats' ? z.capacity : 0)]))
    loader = new ZoneLoader(built, (ids) => events.zones(info, ids), (zone) => {
      if (mine !== turn) return
      loads.value++
      recount()
      tell(zone)
    })
    plan.value = built
    connection.viewBy({
      position: (of, zone) => {
        const at = of === id ? zones.value.get(zone) : undefined
        return at?.known ? { epoch: at.epoch, version: at.version } : null
      },
      onJoin,
    })
    unlisten = connection.listen(hear)
    connection.join(id)
    look([])
    return true
  }

  function close(): void {
    turn++
    unlisten?.()
    unlisten = null
    poll.stop()
    clearTimeout(loadAgain)
    loader = null
    const id = event.value?.id
    if (id !== undefined && plan.value) {
      connection.leave(id)
      for (const zone of joined) connection.leave(id, zone)
    }
    joined.clear()
    behind.clear()
    asking.clear()
    attended.clear()
    wishes = []
    awaited.value = 0
    event.value = null
    plan.value = null
    overview.value = null
    stale.value = new Set()
    zones.value = new Map()
    connection.sawAt(0)
  }

  /** Watches these zones, most important first, as many as the server allows; of a small house all. */
  function look(ids: readonly string[]): void {
    const id = event.value?.id
    const house = plan.value
    if (id === undefined || !house) return
    wishes = ids
    const most = connection.mostJoins
    const whole = house.zones.length <= most && house.seats <= SMALL_HOUSE
    const wanted = new Set(whole ? house.zones.map((z) => z.id) : [...new Set([...[...attended].flat(), ...ids])].filter((zone) => house.zone.has(zone)).slice(0, most))
    for (const zone of joined) {
      if (wanted.has(zone)) continue
      joined.delete(zone)
      asking.delete(zone)
      setLive(zone, true)
      behind.add(zone)
      tell(zone)
      connection.leave(id, zone)
    }
    for (const zone of wanted) {
      if (joined.has(zone)) continue
      joined.add(zone)
      connection.join(id, zone)
    }
    recount()
    void loadJoined()
    poll.start()
  }

  /** Watches zones besides those that the map shows, until the returned function is called. */
  function attend(ids: readonly string[]): () => void {
    attended.add(ids)
    look(wishes)
    return () => {
      if (attended.delete(ids)) look(wishes)
    }
  }

  /** Loads the seats of zones; false when the server did not give all of them. */
  async function load(ids: readonly string[]): Promise<boolean> {
    return (await loader?.load(ids)) ?? false
  }

  /** Loads the seats of what is watched, for as long as it takes. */
  async function loadJoined(): Promise<void> {
    clearTimeout(loadAgain)
    const mine = turn
    const missing = [...joined].filter((zone) => plan.value?.zone.get(zone)?.loaded === false)
    if (missing.length === 0 || (await load(missing)) || mine !== turn) return
    clearTimeout(loadAgain)
    loadAgain = setTimeout(() => void loadJoined(), LOAD_AGAIN)
  }

  /** Changes of the zone are asked for; what is known of another grows old. */
  function watched(zone: string): boolean {
    return joined.has(zone)
  }

  /** The zone's picture is there and follows what happens. */
  function current(zone: string): boolean {
    return zones.value.get(zone)?.known === true && !behind.has(zone)
  }

  function recount(): void {
    awaited.value = [...joined].filter((zone) => !current(zone) || plan.value?.zone.get(zone)?.loaded === false).length
  }

  /** A zone that is not live is told so after its join was granted, and every time. */
  function onJoin(of: string, zone: string | undefined, granted: boolean): void {
    if (of !== event.value?.id || zone === undefined || !joined.has(zone)) return
    setLive(zone, granted)
    if (!granted) return
    asking.delete(zone)
    follow(zone)
  }

  /** The zone's picture is of now again. */
  function follow(zone: string): void {
    if (behind.delete(zone)) tell(zone)
    recount()
  }

  function hear(message: Push): void {
    if (!('event' in message) || message.event !== event.value?.id) return
    switch (message.type) {
      case 'overview':
        overview.value = message
        break
      case 'zone':
        setLive(message.zone, message.live)
        break
      case 'snapshot':
      case 'changes': {
        const zone = zones.value.get(message.zone)
        if (!zone) return
        // Even one that is too old to show says whether the zone is live: the database's has epoch 0.
        if (message.type === 'snapshot') setLive(message.zone, message.live !== false)
        const touched: number[] = []
        const applied = message.type === 'snapshot' ? zone.snapshot(message) : zone.changes(message, (i) => touched.push(i))
        if (applied === 'gap') {
          askAgain(message.event, message.zone)
          return
        }
        asking.delete(message.zone)
        if (applied === 'ignored') return
        recount()
        tell(message.zone, message.type === 'snapshot' ? null : touched)
      }
    }
  }

  function tell(zone: string, touched: readonly number[] | null = null): void {
    bump()
    for (const listener of listeners) listener(zone, touched)
  }

  /** Of a zone that was left nobody would tell that it is live again. */
  function setLive(zone: string, said: boolean): void {
    const isLive = said || !joined.has(zone)
    if (isLive !== stale.value.has(zone)) return
    if (isLive) stale.value.delete(zone)
    else stale.value.add(zone)
    triggerRef(stale)
  }

  function askAgain(of: string, zone: string): void {
    if (asking.has(zone)) return // one question for a whole burst of frames
    asking.add(zone)
    connection.rejoin(of, zone)
  }

  function onZone(listener: ZoneListener): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  return { event, plan, zones, version, counts, loads, overview, stale, phase, ready, left, watched, current, open, askPhase, close, look, attend, load, onZone }
})
