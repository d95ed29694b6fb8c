import { defineStore } from 'pinia'
import { deleteLinks, fetchLinkedBooking, postLink } from '@/api/bookings'
import { ApiError } from '@/api/http'
import { addressOf, keptAs } from '@/api/origin'
import { readJSON, safeStorage } from '@/composables/safeStorage'
import { useSession } from './session'

/** The keys of this browser's own bookings, so that the same link is given out again. Before servers were told apart, all were under this name. */
const LINKS = 'jari.links'
/** A key that came with an address, for this tab alone: the browser may be somebody else's. */
const come = (id: string) => keptAs(`jari.link.${id}`)
/** More bookings than that are not looked at again; an older one's next link is another. */
const KEPT = 100

type Keys = Record<string, string>

function isKeys(value: unknown): value is Keys {
  return typeof value === 'object' && value !== null && Object.values(value).every((key) => typeof key === 'string')
}

/** Keys that show a booking to whoever has them. */
export const useLinks = defineStore('links', () => {
  const session = useSession()
  const received = new Map<string, string>()
  const making = new Map<string, Promise<string>>()

  const OWN = keptAs(LINKS)
  const kept = (name: string): Keys => readJSON(name, isKeys) ?? {}
  const own = (): Keys => (OWN === LINKS ? kept(OWN) : { ...kept(LINKS), ...kept(OWN) })

  /** Takes a key that came with an address. Whether it is kept for the tab's next load: then the address need not keep it. */
  function receive(id: string, key: string): boolean {
    received.set(id, key)
    try {
      sessionStorage.setItem(come(id), key)
      return true
    } catch {
      return false // storage is refused
    }
  }

  /** The key that this browser has for a booking. */
  function keyOf(id: string): string | null {
    let came: string | null = null
    try {
      came = sessionStorage.getItem(come(id))
    } catch {
      // Storage is refused: what came is remembered as long as the page.
    }
    return received.get(id) ?? came ?? own()[id] ?? null
  }

  /** This browser has made a link itself, so the booking is its buyer's. */
  const isOwn = (id: string): boolean => own()[id] !== undefined

  /** A key of the buyer's own booking that opens it now: the one that is kept, unless it was taken back elsewhere. */
  function make(id: string): Promise<string> {
    const underWay = making.get(id)
    if (underWay) return underWay
    const made = working(id)
    making.set(id, made)
    made.catch(() => making.delete(id)) // the next one tries again
    return made
  }

  async function working(id: string): Promise<string> {
    const key = own()[id]
    if (key !== undefined) {
      try {
        await fetchLinkedBooking(id, key)
        return key
      } catch (cause) {
        if (!(cause instanceof ApiError) || cause.status !== 404) throw cause
      }
    }
    const made = await session.asBuyer((token) => postLink(id, token))
    keep(id, made)
    return made
  }

  function keep(id: string, key: string | null): void {
    const others = Object.entries(kept(OWN)).filter(([other]) => other !== id).slice(1 - KEPT)
    safeStorage.set(OWN, JSON.stringify(Object.fromEntries(key === null ? others : [...others, [id, key]])))
  }

  /** Makes every link of the buyer's own booking worthless, and another one. */
  async function renew(id: string): Promise<string> {
    await session.asBuyer((token) => deleteLinks(id, token))
    keep(id, null)
    making.delete(id)
    return make(id)
  }

  /** The address that opens a booking anywhere. Servers do not get to see what is behind the #. */
  function address(path: string, key: string): string {
    return `${new URL(addressOf(path), location.href).href}#key=${key}`
  }

  return { receive, keyOf, isOwn, make, renew, address }
})

/** The key in the fragment of an address, null when there is none. */
export function keyIn(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get('key')
}
