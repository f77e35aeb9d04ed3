/** A listing question inside a page: the server pages, sorts and searches; a last column may hold what can be done. */
import { Input, Pagination, Table } from 'antd'
import { type ReactNode, useMemo, useState } from 'react'
import { rowsOf, useCatalogue, useQuestion } from '../api/asking'
import type { Query } from '../api/http'
import type { Answer, Row } from '../api/types'
import { Empty, Fetched } from '../pieces/States'
import { useWords } from '../words/words'
import { drawColumns, type Drawing } from './columns'
import { sortOf } from './ListTable'
import { useTitles } from './useTitles'

interface PagedTableProps {
  question: string
  query?: Query
  label: string
  /** The columns shown, in their order. */
  shown: readonly string[]
  keys: readonly string[]
  sort?: string
  search?: string
  empty: { title: string; next?: string }
  render?: Drawing['render']
  actions?: (row: Row) => ReactNode
}

const SIZE = 25

export function PagedTable({ question, query = {}, label, shown, keys, sort: first = '', search: hint, empty, render, actions }: PagedTableProps) {
  const t = useWords()
  const [page, setPage] = useState(1)
  const [sort, setSort] = useState(first)
  const [search, setSearch] = useState('')
  const answer = useQuestion(question, { ...query, page, size: SIZE, sort, search })
  const find = (text: string) => {
    setSearch(text.trim())
    setPage(1)
  }
  return (
    <div className="stack tight">
      {hint && <Input.Search allowClear aria-label={hint} placeholder={hint} onSearch={find} style={{ maxWidth: 320 }} />}
      <Fetched of={answer}>
        {(found) =>
          found.rows.length === 0 ? (
            <Empty {...(search ? { title: t('state.no_match'), next: t('state.no_match_next') } : empty)} />
          ) : (
            <>
              <Rows
                {...{ question, answer: found, label, shown, keys, sort, render, actions }}
                isBusy={answer.isPlaceholderData}
                onSort={(one) => {
                  setSort(one)
                  setPage(1)
                }}
              />
              <Pagination
                align="end"
                size="small"
                hideOnSinglePage
                current={page}
                pageSize={SIZE}
                total={found.total ?? found.rows.length}
                showSizeChanger={false}
                showTotal={(count) => t('word.total', { count: count.toLocaleString() })}
                onChange={setPage}
              />
            </>
          )
        }
      </Fetched>
    </div>
  )
}

interface RowsProps {
  question: string
  answer: Answer
  label: string
  shown: readonly string[]
  keys: readonly string[]
  sort: string
  isBusy: boolean
  onSort: (sort: string) => void
  render: Drawing['render'] | undefined
  actions: ((row: Row) => ReactNode) | undefined
}

function Rows({ question, answer, label, shown, keys, sort, isBusy, onSort, render, actions }: RowsProps) {
  const t = useWords()
  const titleOf = useTitles()
  const sorts = useCatalogue().data?.questions.find((one) => one.name === question)?.listing?.sorts ?? []
  const rows = useMemo(() => rowsOf(answer), [answer])
  const told = shown.flatMap((name) => answer.columns.find((column) => column.name === name) ?? [])
  const columns = drawColumns(told, { titleOf, sort, sorts, ...(render && { render }) })
  const last = { key: '#', title: t('word.actions'), render: (_: unknown, row: Row) => actions?.(row) }
  return (
    <div className="table-wrap scroll" tabIndex={0} role="region" aria-label={label}>
      <Table<Row>
        size="small"
        rowKey={(row) => keys.map((key) => String(row[key])).join('|')}
        columns={actions ? [...columns, last] : columns}
        dataSource={rows}
        loading={isBusy}
        pagination={false}
        onChange={(_page, _filters, sorted) => onSort(sortOf(Array.isArray(sorted) ? (sorted[0] ?? {}) : sorted))}
      />
    </div>
  )
}
