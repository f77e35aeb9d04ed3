/** The currencies that an answer is split by: a chart shows one of them, the largest count of rows first. */
import type { Answer } from '../api/types'

const CURRENCY = 'currency'

/** The currencies in which the figure is said, the most rows first; empty where rows are not split by currency. */
export function listCurrencies(answer: Answer, metric: string): string[] {
  const place = answer.columns.findIndex((column) => column.name === CURRENCY)
  const at = answer.columns.findIndex((column) => column.name === metric)
  if (place < 0) return []
  const counts = new Map<string, number>()
  for (const row of answer.rows) {
    const code = row[place]
    if (typeof code === 'string' && row[at] !== null) counts.set(code, (counts.get(code) ?? 0) + 1)
  }
  return [...counts.entries()].sort((a, b) => b[1] - a[1]).map(([code]) => code)
}

/** The rows of one currency; all of them where none is named. */
export function inCurrency(answer: Answer, currency: string | null): Answer {
  const place = answer.columns.findIndex((column) => column.name === CURRENCY)
  if (place < 0 || currency === null) return answer
  return { ...answer, rows: answer.rows.filter((row) => row[place] === currency || row[place] === null) }
}
