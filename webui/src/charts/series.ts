/** From the rows of an answer to lines of a chart: one for each member, the largest first, the small ones together. */
import { rowsOf } from '../api/asking'
import type { Answer, Row } from '../api/types'

export interface Series {
  name: string
  values: (number | null)[]
}

export interface Figures {
  places: string[]
  series: Series[]
}

export const MOST_SERIES = 8

/** The name of a row's members, `·` between them. */
export const memberOf = (row: Row, by: string[], nameOf: (column: string, code: string) => string): string =>
  by.map((name) => (row[name] === null ? '–' : nameOf(name, String(row[name])))).join(' · ')

const size = (series: Series): number => series.values.reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0)

/**
 * Along the periods where there is a grain, else along the members. Drawing needs numbers, so the decimal strings end
 * here; what is written beside the drawing is still exact.
 */
export function figuresOf(
  answer: Answer,
  metric: string,
  by: string[],
  grain: string,
  nameOf: (column: string, code: string) => string,
  restName: string,
): Figures {
  const rows = rowsOf(answer)
  if (!grain) {
    const told = rows.map((row) => ({ place: memberOf(row, by, nameOf), value: numberOf(row[metric]) }))
    told.sort((a, b) => Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0))
    const most = told.slice(0, 40)
    return { places: most.map((one) => one.place), series: [{ name: '', values: most.map((one) => one.value) }] }
  }
  const places = [...new Set(rows.map((row) => String(row[grain])))].sort()
  const at = new Map(places.map((place, index) => [place, index]))
  const byMember = new Map<string, Series>()
  for (const row of rows) {
    const name = memberOf(row, by, nameOf)
    const series = byMember.get(name) ?? { name, values: places.map(() => null) }
    series.values[at.get(String(row[grain])) ?? 0] = numberOf(row[metric])
    byMember.set(name, series)
  }
  const ranked = [...byMember.values()].sort((a, b) => size(b) - size(a))
  return { places: places.map((place) => placeName(grain, place)), series: gathered(ranked, restName) }
}

/** A month that the server tells by its first day is written as a month. */
const placeName = (grain: string, place: string): string => (grain === 'month_on' ? place.slice(0, 7) : place)

function numberOf(value: Row[string] | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}

function gathered(ranked: Series[], restName: string): Series[] {
  if (ranked.length <= MOST_SERIES) return ranked
  const [shown, small] = [ranked.slice(0, MOST_SERIES - 1), ranked.slice(MOST_SERIES - 1)]
  const values = (shown[0]?.values ?? []).map((_, place) => small.reduce((sum, one) => sum + (one.values[place] ?? 0), 0))
  return [...shown, { name: restName, values }]
}
