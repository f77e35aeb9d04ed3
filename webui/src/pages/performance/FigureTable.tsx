/** The figures themselves; each opens to the rows behind it, each head to its definition. */
import type { Answer, Column } from '../../api/types'
import { Definition } from '../../pieces/Definition'
import { useWords } from '../../words/words'
import { AnswerTable } from '../../tables/AnswerTable'
import { Cell } from '../../tables/Cell'
import { useTitles } from '../../tables/useTitles'
import type { Behind } from './RowsBehind'

interface FigureTableProps {
  answer: Answer
  metrics: string[]
  by: string[]
  grain: string
  onBehind: (behind: Behind) => void
}

export function FigureTable({ answer, metrics, by, grain, onBehind }: FigureTableProps) {
  const t = useWords()
  const wordOf = useTitles()
  const head = (column: Column) => (metrics.includes(column.name) ? <Definition metric={column.name} /> : wordOf(column))
  return (
    <AnswerTable
      answer={answer}
      label={t('performance.table')}
      size={50}
      titleOf={head}
      render={(column, row) => {
        if (!metrics.includes(column.name) || row[column.name] === null) return undefined
        const members = Object.fromEntries(by.map((name) => [name, row[name] ?? null]))
        return (
          <button
            type="button"
            className="link-button"
            title={t('performance.rows_behind')}
            onClick={() => onBehind({ metric: column.name, members, period: grain ? String(row[grain]) : null })}
          >
            <Cell column={column} row={row} />
          </button>
        )
      }}
    />
  )
}
