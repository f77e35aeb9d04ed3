/** What the page Performance holds in its address. */
import { choice, day, type Fields, list, members, type Members, text } from '../../address/codec'
import type { Metrics } from '../../api/types'

export const GRAINS = ['', 'day', 'week', 'month', 'quarter', 'year'] as const
export type Grain = (typeof GRAINS)[number]
export const COMPARISONS = ['', 'previous', 'year'] as const
export const MOST_DIMENSIONS = 5

export interface Shown {
  metrics: string[]
  by: string[]
  grain: Grain
  from: string
  to: string
  compare: (typeof COMPARISONS)[number]
  currency: string
  only: Members
  chart: 'line' | 'bar'
  drawn: string
}

export const FIELDS: Fields<Shown> = {
  metrics: list(['paid_amount', 'paid_orders']),
  by: list(['channel']),
  grain: choice(GRAINS, 'month'),
  from: day(),
  to: day(),
  compare: choice(COMPARISONS, ''),
  currency: text(),
  only: members(),
  chart: choice(['line', 'bar'] as const, 'line'),
  drawn: text(),
}

/** What is asked of the metric layer for a state of the page. */
export function askedOf(shown: Shown): Metrics {
  return {
    names: shown.metrics,
    by: shown.by,
    grain: shown.grain,
    from: shown.from,
    to: shown.to,
    currency: shown.currency,
    compare: shown.compare,
    where: Object.fromEntries(Object.entries(shown.only).map(([name, some]) => [name, [...some]])),
  }
}
