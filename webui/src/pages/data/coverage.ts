/** Days covered, gathered by shop and report. */
import type { Row } from '../../api/types'

export interface Line {
  shop: string
  report: string
  covered: ReadonlySet<string>
}

/** One line for each shop and report, in the order of the rows. */
export function coverageOf(rows: Row[]): Line[] {
  const lines = new Map<string, { shop: string; report: string; covered: Set<string> }>()
  for (const row of rows) {
    const [shop, report] = [String(row['shop_id'] ?? ''), String(row['report'])]
    const line = lines.get(`${shop}|${report}`) ?? { shop, report, covered: new Set<string>() }
    if (row['is_covered']) line.covered.add(String(row['day_on']))
    lines.set(`${shop}|${report}`, line)
  }
  return [...lines.values()]
}

/** The month so many months from another: 2026-01 less one is 2025-12. */
export function stepMonth(month: string, count: number): string {
  const moment = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)) - 1 + count, 1))
  return moment.toISOString().slice(0, 7)
}
