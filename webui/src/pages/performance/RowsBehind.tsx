/** The rows that a figure is made of, as the books hold them. */
import { Drawer } from 'antd'
import { Link } from 'react-router'
import { useResource } from '../../api/asking'
import type { Query } from '../../api/http'
import type { Answer, Value } from '../../api/types'
import { useMetricName } from '../../pieces/Definition'
import { Notes } from '../../pieces/Notes'
import { Fetched } from '../../pieces/States'
import { useTerms } from '../../pieces/Terms'
import { useWords } from '../../words/words'
import { AnswerTable } from '../../tables/AnswerTable'
import type { Shown } from './fields'
import { daysOf } from './periods'

const MOST_ROWS = 200

export interface Behind {
  metric: string
  members: Record<string, Value>
  period: string | null
}

interface Tables {
  tables: (Answer & { table: string })[]
}

/** What is asked for the rows behind one cell: its members and period narrow what the page asks for. */
export function queryBehind(behind: Behind, shown: Shown): Query {
  const days = behind.period ? daysOf(behind.period) : null
  const only = { ...shown.only, ...Object.fromEntries(Object.entries(behind.members).map(([name, one]) => [name, [String(one)]])) }
  const where = Object.entries(only).flatMap(([name, some]) => some.map((one) => `${name}:${one}`))
  const later = (a: string, b: string) => (a > b ? a : b)
  const sooner = (a: string, b: string) => (a && (!b || a < b) ? a : b)
  return {
    metric: behind.metric,
    where,
    from: later(shown.from, days?.from ?? ''),
    to: sooner(shown.to, days?.to ?? ''),
    most: MOST_ROWS,
  }
}

/** The way from one cell to the files that state it: of its shop, and of the month in which it lies. */
export function lineageOf({ metric, members, period }: Behind, shown: Shown): string {
  const only = shown.only['shop'] ?? []
  const shop = members['shop'] ?? (only.length === 1 ? only[0] : null)
  const days = period ? daysOf(period) : null
  const month = days && days.from.slice(0, 7) === days.to.slice(0, 7) ? days.from.slice(0, 7) : ''
  return `/data/lineage?${new URLSearchParams({ metric, ...(shop ? { shop: String(shop) } : {}), ...(month && { period: month }) }).toString()}`
}

export function RowsBehind({ behind, shown, onClose }: { behind: Behind; shown: Shown; onClose: () => void }) {
  const t = useWords()
  const nameOf = useTerms()
  const metric = useMetricName()(behind.metric)
  const answer = useResource<Tables>('/rows', queryBehind(behind, shown))
  const members = Object.entries(behind.members).map(([name, one]) => (one === null ? '–' : nameOf(name, String(one))))
  const where = [behind.period, ...members].filter(Boolean).join(' · ') || t('word.all')
  return (
    <Drawer open size="large" title={t('performance.rows_of', { metric, where })} onClose={onClose}>
      <Fetched of={answer}>
        {(found) => (
          <div className="stack">
            <p>
              <Link to={lineageOf(behind, shown)}>{t('performance.files_behind')}</Link>
            </p>
            {found.tables.map((one) => (
              <section key={one.table}>
                <h2 className="mono">{one.table}</h2>
                <AnswerTable answer={one} label={one.table} />
                <Notes notes={[]} isCut={one.is_cut} />
              </section>
            ))}
          </div>
        )}
      </Fetched>
    </Drawer>
  )
}
