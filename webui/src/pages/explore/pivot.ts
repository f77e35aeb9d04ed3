/** Rows of an answer laid out as a grid: some members down, others across, one figure or more in each cell. */
import { rowsOf } from '../../api/asking'
import type { Answer, Row } from '../../api/types'

export interface Heading {
  key: string
  members: (string | null)[]
}

export interface Grid {
  down: Heading[]
  across: Heading[]
  cells: ReadonlyMap<string, Row>
}

const SEPARATOR = '\u001f'

/** What stands for the members of some columns in a row. */
export const keyOf = (row: Row, names: readonly string[]): string => names.map((name) => row[name] ?? '').join(SEPARATOR)

export const cellKey = (down: string, across: string): string => `${down}\u001e${across}`

function headings(rows: Row[], names: readonly string[]): Heading[] {
  const found = new Map<string, Heading>()
  for (const row of rows) {
    const key = keyOf(row, names)
    if (!found.has(key)) found.set(key, { key, members: names.map((name) => (row[name] === null ? null : String(row[name]))) })
  }
  return [...found.values()]
}

const inOrder = (a: Heading, b: Heading): number => a.key.localeCompare(b.key, undefined, { numeric: true })

/** The grid of an answer; the columns in the order of their members, the rows in the order of the answer. */
export function gridOf(answer: Answer, down: readonly string[], across: readonly string[]): Grid {
  const rows = rowsOf(answer)
  const cells = new Map(rows.map((row) => [cellKey(keyOf(row, down), keyOf(row, across)), row]))
  return { down: headings(rows, down).sort(inOrder), across: headings(rows, across).sort(inOrder), cells }
}

/** How dark a cell is shaded: its share of the largest figure. */
export function shadeOf(value: string | number | boolean | null | undefined, largest: number): number {
  return largest > 0 && value !== null && value !== undefined ? Math.min(1, Math.abs(Number(value)) / largest) : 0
}

/** The largest size of a figure among the cells. */
export function largestOf(grid: Grid, metric: string): number {
  let largest = 0
  for (const row of grid.cells.values()) largest = Math.max(largest, Math.abs(Number(row[metric] ?? 0)))
  return largest
}
