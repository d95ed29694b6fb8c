import { shallowReactive } from 'vue'
import { LANGUAGES, loadTexts } from '@/locales/languages'
import { mountSeatMap, type SeatMapApp, type Tell } from './app'
import { ATTRIBUTES, optionsOf } from './options'
import { claimServer, originOf } from './server'
import { plainProblem } from './plainProblem'
import { styles } from './styles'
import type { JariTheme } from './types'

export class JariSeatMap extends HTMLElement {
  static readonly observedAttributes = ATTRIBUTES
  private app: SeatMapApp | null = null
  private letGo: (() => void) | null = null
  private readonly options = shallowReactive(optionsOf(this))
  private readonly shadow = this.attachShadow({ mode: 'open' })
  /** Attributes that a framework sets one after the other are one change. */
  private following = false
  private begun = false
  /** Counts beginnings and endings: what was begun before the last of them is not wanted any more. */
  private turn = 0

  connectedCallback(): void {
    for (const name of ATTRIBUTES) this.upgrade(name)
    this.shadow.adoptedStyleSheets = [styles()]
    this.follow()
  }

  disconnectedCallback(): void {
    // An element that is only moved comes back at once.
    queueMicrotask(() => {
      if (!this.isConnected) this.end()
    })
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.isConnected || before === now) return
    if (name === 'server') this.end()
    this.follow()
  }

  /** Gives back what the buyer holds in this event. */
  async release(): Promise<void> {
    await this.app?.release()
  }

  get event(): string {
    return this.getAttribute('event') ?? ''
  }
  set event(value: string) {
    this.say('event', value)
  }
  get server(): string {
    return originOf(this.getAttribute('server')) ?? ''
  }
  set server(value: string) {
    this.say('server', value)
  }
  get theme(): JariTheme {
    return this.options.theme
  }
  set theme(value: JariTheme) {
    this.say('theme', value)
  }
  get zone(): string {
    return this.getAttribute('zone') ?? ''
  }
  set zone(value: string) {
    this.say('zone', value)
  }
  get seats(): string {
    return this.getAttribute('seats') ?? ''
  }
  set seats(value: string | readonly string[]) {
    this.say('seats', typeof value === 'string' ? value : value.join(','))
  }

  private say(name: string, value: string | null | undefined): void {
    if (value === null || value === undefined || value === '') this.removeAttribute(name)
    else this.setAttribute(name, value)
  }

  /** A property that was set before the script came hides the one of the class. */
  private upgrade(name: (typeof ATTRIBUTES)[number]): void {
    if (name === 'lang' || !Object.hasOwn(this, name)) return
    const value = this[name] as string
    Reflect.deleteProperty(this, name)
    this.say(name, value)
  }

  private follow(): void {
    if (this.following) return
    this.following = true
    queueMicrotask(() => {
      this.following = false
      if (!this.isConnected) return
      Object.assign(this.options, optionsOf(this))
      if (!this.begun) void this.begin()
      this.begun = true
    })
  }

  private async begin(): Promise<void> {
    const turn = ++this.turn
    await Promise.all(LANGUAGES.map(loadTexts)) // they are part of the script
    if (turn !== this.turn || !this.isConnected) return
    const box = document.createElement('div')
    box.className = 'jari'
    box.setAttribute('part', 'base')
    this.shadow.replaceChildren(box)
    box.style.setProperty('--browser-rem', letters(box))
    const server = originOf(this.getAttribute('server'))
    this.letGo = server === null ? null : claimServer(server)
    if (server === null || !this.letGo) {
      plainProblem(box, this.options, server === null ? 'embed.badServer' : 'embed.otherServer')
      return
    }
    this.app = mountSeatMap(box, this.options, server, this.tell)
  }

  private end(): void {
    this.turn++
    this.begun = false
    this.app?.unmount()
    this.letGo?.()
    this.app = this.letGo = null
    this.shadow.replaceChildren()
  }

  private readonly tell: Tell = (type, detail) => {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }))
  }
}

/** The size of letters that the reader has chosen in the browser: the host page's own `rem` may be anything. */
function letters(box: HTMLElement): string {
  const probe = document.createElement('span')
  probe.style.fontSize = 'medium'
  box.append(probe)
  const size = getComputedStyle(probe).fontSize
  probe.remove()
  return size
}
