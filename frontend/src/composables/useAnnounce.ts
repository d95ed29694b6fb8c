import { inject, onScopeDispose, provide, shallowRef, type InjectionKey, type ShallowRef } from 'vue'

export interface Said {
  id: number
  text: string
}

/** Between two messages, ms: what comes in one breath is taken for one message by some screen readers, and the first is lost. */
const APART = 150
/** How long a message stays where it can be heard, ms. What was added is spoken once; only its removal must not come too soon. */
const STAYS = 10_000
/** A message that was there for less than this, ms, when its region had to move may not have been heard. */
const UNHEARD = 600

/** One live region: messages are added to it one after the other, and each is a node of its own, so the same words twice are spoken twice. */
class Voice {
  readonly said: ShallowRef<readonly Said[]> = shallowRef([])
  private queue: Said[] = []
  private readonly since = new Map<number, number>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private sweeper: ReturnType<typeof setTimeout> | undefined

  add(message: Said): void {
    this.queue.push(message)
    this.timer ??= setTimeout(this.next, APART)
  }

  /** The region is about to be somewhere else: it must be there, empty, before it speaks. */
  move(): void {
    const fresh = this.said.value.filter((m) => Date.now() - (this.since.get(m.id) ?? 0) < UNHEARD)
    this.queue = [...fresh, ...this.queue]
    this.said.value = []
    clearTimeout(this.timer)
    this.timer = this.queue.length > 0 ? setTimeout(this.next, 2 * APART) : undefined
  }

  stop(): void {
    clearTimeout(this.timer)
    clearTimeout(this.sweeper)
  }

  private readonly next = (): void => {
    const message = this.queue.shift()
    this.timer = this.queue.length > 0 ? setTimeout(this.next, APART) : undefined
    if (!message) return
    this.since.set(message.id, Date.now())
    this.said.value = [...this.said.value, message]
    clearTimeout(this.sweeper)
    this.sweeper = setTimeout(() => {
      this.said.value = []
      this.since.clear()
    }, STAYS)
  }
}

/** Everything that is said to those who hear the page. */
export class Announcer {
  readonly polite = new Voice()
  readonly assertive = new Voice()
  private next = 1

  /** `urgent` interrupts what is being spoken: for what the buyer must know before the next step. */
  announce = (text: string, urgent = false): void => {
    const words = text.trim()
    if (words !== '') (urgent ? this.assertive : this.polite).add({ id: this.next++, text: words })
  }

  move(): void {
    this.polite.move()
    this.assertive.move()
  }

  stop(): void {
    this.polite.stop()
    this.assertive.stop()
  }
}

const KEY: InjectionKey<Announcer> = Symbol('announcer')

/** For the root of a page or of an embedded map, which shows the regions (AppVoice). Two roots in one document do not speak for each other. */
export function provideAnnouncer(announcer = new Announcer()): Announcer {
  provide(KEY, announcer)
  onScopeDispose(() => {
    announcer.stop()
  })
  return announcer
}

/** Says things aloud: one after the other, none lost, the same twice when it happened twice. */
export function useAnnounce(): Pick<Announcer, 'announce'> {
  // A component that stands alone, as in its own test, has nobody who listens.
  return inject(KEY, () => new Announcer(), true)
}
