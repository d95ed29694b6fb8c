import { useI18n } from 'vue-i18n'
import { useFormat } from '@/composables/useFormat'
import type { Money } from '@/protocol/shapes'
import type { ZoneModel } from '@/seatmap/model'
import { useLive } from '@/stores/live'

/** What there is to say about a zone. */
export function useZoneWords() {
  const { t } = useI18n()
  const { money, shortMoney, number } = useFormat()
  const live = useLive()

  /** The cheapest and the dearest seat. */
  function prices(zone: ZoneModel): [Money, Money] | null {
    const currency = live.event?.currency ?? 'KRW'
    const amounts = zone.price === null ? zone.offers.flatMap((o) => live.plan?.categories[o.category]?.price.amount ?? []) : [zone.price]
    return amounts.length === 0 ? null : [{ amount: Math.min(...amounts), currency }, { amount: Math.max(...amounts), currency }]
  }

  /** One price, or from one to another; `short`: in few letters. */
  function priceRange(zone: ZoneModel, short = false): string {
    const range = prices(zone)
    if (!range) return ''
    const say = short ? shortMoney.value : money.value
    const [low, high] = [say(range[0]), say(range[1])]
    return low === high ? low : t('map.priceRange', { low, high })
  }

  /** In fewest letters what a seat costs at least. */
  function fromPrice(zone: ZoneModel): string {
    const range = prices(zone)
    if (!range) return ''
    const low = shortMoney.value(range[0])
    return range[0].amount === range[1].amount ? low : t('map.priceFrom', { low })
  }

  /** What is left of a zone; empty as long as nobody has said. */
  function countLeft(zone: ZoneModel): string {
    const left = live.left.get(zone.id)
    if (!left) return ''
    return left.available === 0 ? t('map.soldOut') : t('map.left', { n: number.value(left.available) })
  }

  return { priceRange, fromPrice, countLeft }
}
