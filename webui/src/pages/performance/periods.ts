/** First and last day of a period by its label: 2026-07-08, 2026-W28, 2026-07, 2026-Q3, 2026. */
import { shiftDay } from '../../formatting/dates'

export interface Days {
  from: string
  to: string
}

const two = (value: number): string => String(value).padStart(2, '0')

const lastOfMonth = (year: number, month: number): string =>
  `${year}-${two(month)}-${two(new Date(Date.UTC(year, month, 0)).getUTCDate())}`

/** Monday of the week in which the year's first Thursday stands, and so many weeks on. */
function weekOf(year: number, week: number): Days {
  const fourth = new Date(Date.UTC(year, 0, 4))
  const monday = shiftDay(fourth.toISOString().slice(0, 10), -((fourth.getUTCDay() + 6) % 7))
  const from = shiftDay(monday, (week - 1) * 7)
  return { from, to: shiftDay(from, 6) }
}

/** The days of a period's label; null where it is none. */
export function daysOf(label: string): Days | null {
  const told = /^(\d{4})(?:-(?:W(\d{2})|Q(\d)|(\d{2})(?:-(\d{2}))?))?$/.exec(label)
  if (!told) return null
  const [, year, week, quarter, month, date] = told
  const y = Number(year)
  if (date) return { from: label, to: label }
  if (week) return weekOf(y, Number(week))
  if (quarter) return { from: `${y}-${two(Number(quarter) * 3 - 2)}-01`, to: lastOfMonth(y, Number(quarter) * 3) }
  if (month) return { from: `${label}-01`, to: lastOfMonth(y, Number(month)) }
  return { from: `${y}-01-01`, to: `${y}-12-31` }
}

export const RANGES = ['d7', 'd30', 'd90', 'month', 'last_month', 'year'] as const
export type Range = (typeof RANGES)[number]

/** A usual range that ends with the day of the books. */
export function rangeOf(range: Range, asOf: string): Days {
  switch (range) {
    case 'd7':
      return { from: shiftDay(asOf, -6), to: asOf }
    case 'd30':
      return { from: shiftDay(asOf, -29), to: asOf }
    case 'd90':
      return { from: shiftDay(asOf, -89), to: asOf }
    case 'month':
      return { from: `${asOf.slice(0, 7)}-01`, to: asOf }
    case 'last_month': {
      const last = shiftDay(`${asOf.slice(0, 7)}-01`, -1)
      return { from: `${last.slice(0, 7)}-01`, to: last }
    }
    case 'year':
      return { from: `${asOf.slice(0, 4)}-01-01`, to: asOf }
  }
}
