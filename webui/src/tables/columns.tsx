/** Columns of an answer as columns of Ant Design's table: figures to the right, long words cut, sorting where asked. */
import type { TableColumnType } from 'antd'
import type { ReactNode } from 'react'
import type { Column, Row } from '../api/types'
import { Cell, isFigure } from './Cell'

export interface Drawing {
  titleOf: (column: Column) => ReactNode
  sort?: string
  /** The columns by which the server sorts. */
  sorts?: readonly string[]
  /** A cell drawn otherwise, such as a link; undefined draws it as usual. */
  render?: (column: Column, row: Row) => ReactNode | undefined
}

/** `-paid_on` is paid_on, the newest first. */
export function orderOf(sort: string, name: string): 'ascend' | 'descend' | null {
  if (sort === name) return 'ascend'
  return sort === `-${name}` ? 'descend' : null
}

export function drawColumns(columns: Column[], drawing: Drawing): TableColumnType<Row>[] {
  return columns.map((column) => ({
    key: column.name,
    dataIndex: [column.name],
    title: drawing.titleOf(column),
    align: isFigure(column) ? 'right' : 'left',
    ...(drawing.sort !== undefined &&
      drawing.sorts?.includes(column.name) && {
      sorter: true,
      sortOrder: orderOf(drawing.sort, column.name),
      sortDirections: isFigure(column) ? ['descend', 'ascend'] : ['ascend', 'descend'],
      showSorterTooltip: false,
    }),
    render: (_: unknown, row: Row) => drawing.render?.(column, row) ?? <Text column={column} row={row} />,
  }))
}

function Text({ column, row }: { column: Column; row: Row }) {
  if (isFigure(column) || column.type !== 'text') {
    return (
      <span style={{ whiteSpace: 'nowrap' }}>
        <Cell column={column} row={row} />
      </span>
    )
  }
  return (
    <span className="words">
      <Cell column={column} row={row} />
    </span>
  )
}
