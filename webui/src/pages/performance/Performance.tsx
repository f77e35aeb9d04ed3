/** Any metrics by any dimensions and grain, against another period, as a chart and as a table, down to the rows. */
import { Segmented, Select } from 'antd'
import { useMemo, useState } from 'react'
import { useAddress } from '../../address/useAddress'
import { queryOf, useMetrics } from '../../api/asking'
import type { Answer } from '../../api/types'
import { FigureChart } from '../../charts/FigureChart'
import { useMetricName } from '../../pieces/Definition'
import { Notes } from '../../pieces/Notes'
import { PageHead } from '../../pieces/PageHead'
import { Empty, Fetched } from '../../pieces/States'
import { useWords } from '../../words/words'
import { ExportMenu } from '../../tables/ExportMenu'
import { askedOf, FIELDS, type Shown } from './fields'
import { FigureTable } from './FigureTable'
import { Filters } from './Filters'
import { type Behind, RowsBehind } from './RowsBehind'
import { Views } from '../../pieces/Views'

export function Performance() {
  const t = useWords()
  const [shown, change] = useAddress<Shown>(FIELDS)
  const asked = useMemo(() => askedOf(shown), [shown])
  const answer = useMetrics(asked)
  return (
    <div className="stack">
      <PageHead title={t('performance.title')}>
        <Views page="performance" />
        <ExportMenu question="metrics" query={queryOf(asked)} />
      </PageHead>
      <section className="card" aria-label={t('do.filter')}>
        <Filters shown={shown} change={change} />
      </section>
      {shown.metrics.length === 0 ? (
        <div className="card">
          <Empty title={t('performance.choose')} next={t('performance.choose_next')} />
        </div>
      ) : (
        <Fetched of={answer} rows={10}>
          {(found) => <Found answer={found} shown={shown} change={change} isBusy={answer.isPlaceholderData} />}
        </Fetched>
      )}
    </div>
  )
}

interface FoundProps {
  answer: Answer
  shown: Shown
  change: (some: Partial<Shown>) => void
  isBusy: boolean
}

function Found({ answer, shown, change, isBusy }: FoundProps) {
  const t = useWords()
  const nameOf = useMetricName()
  const [behind, setBehind] = useState<Behind | null>(null)
  const metrics = shown.metrics.filter((one) => answer.columns.some((column) => column.name === one))
  const drawn = metrics.find((one) => one === shown.drawn) ?? metrics[0]
  // While the next answer is on its way the old one is drawn by the dimensions that it has.
  const by = shown.by.filter((one) => answer.columns.some((column) => column.name === one))
  const grain = answer.columns.some((column) => column.name === shown.grain) ? shown.grain : ''
  if (answer.rows.length === 0 || !drawn) {
    return (
      <div className="card">
        <Empty title={t('performance.no_rows')} next={t('performance.no_rows_next')} />
      </div>
    )
  }
  return (
    <div className="stack" aria-busy={isBusy}>
      <Notes notes={answer.notes} isCut={answer.is_cut} />
      <section className="card" aria-labelledby="chart-head">
        <div className="row apart">
          <h2 id="chart-head">{nameOf(drawn)}</h2>
          <div className="row">
            {metrics.length > 1 && (
              <Select
                aria-label={t('performance.metrics')}
                value={drawn}
                onChange={(one) => change({ drawn: one })}
                options={metrics.map((one) => ({ value: one, label: nameOf(one) }))}
                popupMatchSelectWidth={false}
              />
            )}
            {grain && (
              <Segmented<'line' | 'bar'>
                aria-label={t('performance.chart')}
                value={shown.chart}
                onChange={(chart) => change({ chart })}
                options={[
                  { value: 'line', label: t('performance.line') },
                  { value: 'bar', label: t('performance.bar') },
                ]}
              />
            )}
          </div>
        </div>
        <FigureChart answer={answer} metric={drawn} by={by} grain={grain} kind={shown.chart} />
      </section>
      <section className="card">
        <h2>{t('performance.table')}</h2>
        <FigureTable answer={answer} metrics={metrics} by={by} grain={grain} onBehind={setBehind} />
      </section>
      {behind && <RowsBehind behind={behind} shown={shown} onClose={() => setBehind(null)} />}
    </div>
  )
}
