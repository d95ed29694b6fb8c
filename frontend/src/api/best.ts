import type { Proposal } from '@/protocol/shapes'
import { call } from './http'

export interface BestWish {
  quantity: number
  /** Category ids; empty: any. */
  categories: readonly string[]
  /** With a place for a wheelchair. */
  accessible: boolean
  /** So many better proposals are not wanted. */
  skip: number
}

/** Seats together that could be had at this moment; none of them is held. */
export function fetchBest(event: string, { quantity, categories, accessible, skip }: BestWish): Promise<Proposal> {
  const query = new URLSearchParams({ quantity: String(quantity), skip: String(skip) })
  for (const category of categories) query.append('category', category)
  if (accessible) query.set('accessible', 'true')
  return call<Proposal>(`/events/${encodeURIComponent(event)}/best?${query.toString()}`)
}
