/** An answer as a table whose rows are all here: parts of a page, figures, rows behind a figure. */
import { Table } from 'antd'
import { type ReactNode, useMemo } from 'react'
import { rowsOf } from '../api/asking'
import type { Answer, Column, Row } from '../api/types'
import { Empty } from '../pieces/States'
import { useWords } from '../words/words'
import { isFigure } from './Cell'
import { drawColumns, type Drawing } from './columns'
import { useTitles } from './useTitles'

/** Where a fact came from belongs to the lineage, not to every table. */
const UNSAID = new Set(['source_file_id', 'source_row', 'stated_at', 'line_key', 'identity_rank', 'is_superseded'])

interface AnswerTableProps {
  answer: Answer
  label: string
  empty?: string
  hidden?: string[]
  size?: number
  titleOf?: (column: Column) => ReactNode
  render?: Drawing['render']
}

export function AnswerTable({ answer, label, empty, hidden = [], size = 20, titleOf, render }: AnswerTableProps) {
  const t = useWords()
  const wordOf = useTitles()
  const rows = useMemo(() => rowsOf(answer).map((row, place) => ({ ...row, '#': place })), [answer])
  if (rows.length === 0) return <Empty title={empty ?? t('things.part_empty')} />
  const shown = answer.columns.filter((column) => !UNSAID.has(column.name) && !hidden.includes(column.name))
  const columns = drawColumns(shown, { titleOf: titleOf ?? wordOf, ...(render && { render }) }).map((drawn, place) => ({
    ...drawn,
    sorter: sorterOf(shown[place] as Column),
    showSorterTooltip: false,
  }))
  return (
    <div className="table-wrap scroll" tabIndex={0} role="region" aria-label={label}>
      <Table<Row>
        size="small"
        rowKey="#"
        columns={columns}
        dataSource={rows}
        pagination={rows.length > size ? { defaultPageSize: size, size: 'small', showSizeChanger: false } : false}
      />
    </div>
  )
}

/** Ordering on this page only; figures by size, the rest by their text. */
function sorterOf(column: Column): (a: Row, b: Row) => number {
  const { name } = column
  if (isFigure(column)) return (a, b) => Number(a[name] ?? -Infinity) - Number(b[name] ?? -Infinity)
  return (a, b) => String(a[name] ?? '').localeCompare(String(b[name] ?? ''))
}
