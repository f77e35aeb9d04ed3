/** The first row of an answer as names and values: a thing in short. */
import { rowsOf } from '../../api/asking'
import type { Answer } from '../../api/types'
import { Cell } from '../../tables/Cell'
import { useTitles } from '../../tables/useTitles'

const UNSAID = new Set(['source_file_id', 'source_row', 'stated_at'])

export function Facts({ answer }: { answer: Answer }) {
  const titleOf = useTitles()
  const row = rowsOf(answer)[0]
  if (!row) return null
  const told = answer.columns.filter((column) => row[column.name] !== null && !UNSAID.has(column.name))
  return (
    <dl className="facts">
      {told.map((column) => (
        <div key={column.name}>
          <dt>{titleOf(column)}</dt>
          <dd>
            <Cell column={column} row={row} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
