/** The pivot: rows, columns and values put together over the metric layer; totals are asked for, never added up. */
import { SwapOutlined } from '@ant-design/icons'
import { Button, Switch } from 'antd'
import { useMemo } from 'react'
import { choice, day, type Fields, flag, list, text } from '../../address/codec'
import { useAddress } from '../../address/useAddress'
import { queryOf, useMetrics } from '../../api/asking'
import type { Metrics } from '../../api/types'
import { CurrencySelect } from '../../pieces/CurrencySelect'
import { DayField } from '../../pieces/DayField'
import { DimensionSelect } from '../../pieces/DimensionSelect'
import { MetricSelect } from '../../pieces/MetricSelect'
import { Notes } from '../../pieces/Notes'
import { PageHead } from '../../pieces/PageHead'
import { Empty, Fetched } from '../../pieces/States'
import { Views } from '../../pieces/Views'
import { ExportMenu } from '../../tables/ExportMenu'
import { useWords } from '../../words/words'
import { type Grain, GRAINS } from '../performance/fields'
import { GrainSelect } from '../performance/GrainSelect'
import { PivotTable } from './PivotTable'

export interface Pivot {
  values: string[]
  rows: string[]
  columns: string[]
  grain: Grain
  from: string
  to: string
  currency: string
  heat: boolean
}

const FIELDS: Fields<Pivot> = {
  values: list(['paid_amount']),
  rows: list(['channel']),
  columns: list([]),
  grain: choice(GRAINS, 'month'),
  from: day(),
  to: day(),
  currency: text(),
  heat: flag(),
}

const MOST_VALUES = 3
const MOST_ON_A_SIDE = 2

/** The figures of a pivot cut by some of its dimensions. */
function askedBy(pivot: Pivot, by: string[], grain: string): Metrics {
  return { names: pivot.values.slice(0, MOST_VALUES), by, grain, from: pivot.from, to: pivot.to, currency: pivot.currency }
}

export function Explore() {
  const t = useWords()
  const [pivot, change] = useAddress<Pivot>(FIELDS)
  const by = useMemo(() => [...new Set([...pivot.rows, ...pivot.columns])], [pivot])
  const cells = useMetrics(askedBy(pivot, by, pivot.grain))
  const ends = useMetrics(askedBy(pivot, pivot.rows, ''))
  const query = queryOf(askedBy(pivot, by, pivot.grain))
  return (
    <div className="stack">
      <PageHead title={t('explore.title')} lead={t('explore.lead')}>
        <Views page="explore" />
        <ExportMenu question="metrics" query={query} />
      </PageHead>
      <section className="card" aria-label={t('do.filter')}>
        <Shelves pivot={pivot} change={change} />
      </section>
      {pivot.values.length === 0 ? (
        <div className="card">
          <Empty title={t('explore.choose')} next={t('explore.choose_next')} />
        </div>
      ) : (
        <Fetched of={cells} rows={10}>
          {(found) => (
            <section className="card stack tight" aria-busy={cells.isPlaceholderData}>
              <Notes notes={found.notes} isCut={found.is_cut} />
              <PivotTable answer={found} ends={ends.data} pivot={pivot} />
            </section>
          )}
        </Fetched>
      )}
    </div>
  )
}

function Shelves({ pivot, change }: { pivot: Pivot; change: (some: Partial<Pivot>) => void }) {
  const t = useWords()
  return (
    <div className="filters">
      <label className="medium">
        {t('explore.values')}
        <MetricSelect value={pivot.values} onChange={(values) => change({ values: values.slice(0, MOST_VALUES) })} />
      </label>
      <label className="grow">
        {t('explore.rows')}
        <DimensionSelect label={t('explore.rows')} metrics={pivot.values} value={pivot.rows} most={MOST_ON_A_SIDE} onChange={(rows) => change({ rows })} />
      </label>
      <Button
        icon={<SwapOutlined aria-hidden />}
        aria-label={t('explore.swap')}
        title={t('explore.swap')}
        onClick={() => change({ rows: pivot.columns, columns: pivot.rows })}
      />
      <label className="grow">
        {t('explore.columns')}
        <DimensionSelect label={t('explore.columns')} metrics={pivot.values} value={pivot.columns} most={MOST_ON_A_SIDE} onChange={(columns) => change({ columns })} />
      </label>
      <GrainSelect value={pivot.grain} onChange={(grain) => change({ grain })} />
      <DayField label={t('performance.from')} value={pivot.from} max={pivot.to} onChange={(from) => change({ from })} />
      <DayField label={t('performance.to')} value={pivot.to} min={pivot.from} onChange={(to) => change({ to })} />
      <CurrencySelect value={pivot.currency} onChange={(currency) => change({ currency })} />
      <label>
        {t('explore.heat')}
        <span style={{ minHeight: 32, display: 'flex', alignItems: 'center' }}>
          <Switch aria-label={t('explore.heat')} checked={pivot.heat} onChange={(heat) => change({ heat })} />
        </span>
      </label>
    </div>
  )
}
