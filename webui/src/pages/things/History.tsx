/** How a thing went, month by month: the chart, and its figures in a table for those who cannot see it. */
import { Segmented } from 'antd'
import { useState } from 'react'
import { useQuestion } from '../../api/asking'
import type { Query } from '../../api/http'
import { FigureChart } from '../../charts/FigureChart'
import { Empty, Fetched } from '../../pieces/States'
import { AnswerTable } from '../../tables/AnswerTable'
import { useTitles } from '../../tables/useTitles'
import { useWords } from '../../words/words'

interface HistoryProps {
  question: string
  query: Query
  figures: readonly [string, ...string[]]
  by: string
}

export function History({ question, query, figures, by }: HistoryProps) {
  const t = useWords()
  const titleOf = useTitles()
  const [figure, setFigure] = useState<string>(figures[0])
  const answer = useQuestion(question, query)
  const options = figures.map((one) => ({ value: one, label: titleOf({ name: one }) }))
  return (
    <section className="card stack">
      <div className="row apart">
        <h2>{t('things.history')}</h2>
        {figures.length > 1 && <Segmented<string> aria-label={t('things.history')} value={figure} onChange={setFigure} options={options} />}
      </div>
      <Fetched of={answer}>
        {(found) =>
          found.rows.length === 0 ? (
            <Empty title={t('things.part_empty')} />
          ) : (
            <>
              <FigureChart answer={found} metric={figure} by={[by]} grain="month_on" kind="bar" name={titleOf({ name: figure })} />
              <details>
                <summary>{t('performance.table')}</summary>
                <AnswerTable answer={found} label={t('things.history')} />
              </details>
            </>
          )
        }
      </Fetched>
    </section>
  )
}
