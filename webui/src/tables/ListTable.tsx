/** The list on a desk: a dense table whose heads sort on the server. */
import { Table } from 'antd'
import { Link } from 'react-router'
import type { Answer, Row } from '../api/types'
import { useWords } from '../words/words'
import { Cell } from './Cell'
import { drawColumns } from './columns'
import type { Listing, ListState } from './listing'
import { useTitles } from './useTitles'

export interface ListProps {
  sorts: readonly string[]
  listing: Listing
  answer: Answer
  rows: Row[]
  state: ListState
  change: (some: Partial<ListState>) => void
  isBusy: boolean
}

interface Sorted {
  columnKey?: unknown
  order?: string | null | undefined
}

/** The server's word for the order that a head was pressed into. */
export function sortOf(sorted: Sorted): string {
  if (!sorted.order) return ''
  return (sorted.order === 'descend' ? '-' : '') + String(sorted.columnKey)
}

export function ListTable({ listing, answer, rows, sorts, state, change, isBusy }: ListProps) {
  const t = useWords()
  const titleOf = useTitles()
  const shown = state.columns.length ? answer.columns.filter((one) => state.columns.includes(one.name)) : answer.columns
  const columns = drawColumns(shown, {
    titleOf,
    sort: state.sort,
    sorts,
    render: (column, row) =>
      listing.linked.includes(column.name) && row[column.name] !== null ? (
        <Link to={listing.address(row)} className="linked">
          <Cell column={column} row={row} />
        </Link>
      ) : undefined,
  })
  return (
    <div className="table-wrap">
      <Table<Row>
        aria-label={t(listing.title)}
        size="small"
        rowKey={(row) => listing.keys.map((key) => String(row[key])).join('|')}
        columns={columns}
        dataSource={rows}
        loading={isBusy}
        scroll={{ x: 'max-content' }}
        sticky
        pagination={false}
        onChange={(_page, _filters, sorted) => change({ sort: sortOf(Array.isArray(sorted) ? (sorted[0] ?? {}) : sorted), page: 1 })}
      />
    </div>
  )
}
