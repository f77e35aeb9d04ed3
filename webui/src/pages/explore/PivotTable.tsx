/** The grid as a plain table with heads on both sides, so that readers of screens hear where they are. */
import { useMemo } from 'react'
import type { Answer, Column, Row } from '../../api/types'
import { Definition } from '../../pieces/Definition'
import { useTerms } from '../../pieces/Terms'
import { Empty } from '../../pieces/States'
import { useShow } from '../../tables/Cell'
import { useTitles } from '../../tables/useTitles'
import { rowsOf } from '../../api/asking'
import { useWords } from '../../words/words'
import type { Pivot } from './Explore'
import { cellKey, gridOf, type Heading, keyOf, largestOf, shadeOf } from './pivot'

const MOST_ACROSS = 60

interface PivotTableProps {
  answer: Answer
  ends: Answer | undefined
  pivot: Pivot
}

export function PivotTable({ answer, ends, pivot }: PivotTableProps) {
  const t = useWords()
  const titleOf = useTitles()
  const has = (name: string) => answer.columns.some((column) => column.name === name)
  const currency = has('currency') && !pivot.rows.includes('currency') && !pivot.columns.includes('currency') ? ['currency'] : []
  const down = [...pivot.rows.filter(has), ...currency]
  const across = [...(has(pivot.grain) ? [pivot.grain] : []), ...pivot.columns.filter((one) => has(one) && !down.includes(one))]
  const grid = useMemo(() => gridOf(answer, down, across), [answer, down.join(), across.join()])
  const values = answer.columns.filter((column) => pivot.values.includes(column.name))
  const totals = useMemo(() => new Map(rowsOf(ends).map((row) => [keyOf(row, down), row])), [ends, down.join()])
  if (grid.down.length === 0) return <Empty title={t('performance.no_rows')} next={t('performance.no_rows_next')} />
  const shown = grid.across.slice(0, MOST_ACROSS)
  const hasTotal = across.length > 0 && totals.size > 0
  const nameAcross = (heading: Heading) => <Members heading={heading} names={across} />
  return (
    <>
      {grid.across.length > shown.length && <p className="notes">{t('explore.too_wide', { count: MOST_ACROSS })}</p>}
      <div className="pivot-wrap" tabIndex={0} role="region" aria-label={t('explore.title')}>
        <table className="pivot">
          <thead>
            <tr>
              {down.map((name) => (
                <th key={name} scope="col" rowSpan={2}>
                  {titleOf({ name })}
                </th>
              ))}
              {shown.map((heading) => (
                <th key={heading.key} scope="colgroup" colSpan={values.length}>
                  {nameAcross(heading)}
                </th>
              ))}
              {hasTotal && (
                <th scope="colgroup" colSpan={values.length}>
                  {t('explore.total')}
                </th>
              )}
            </tr>
            <tr>
              {[...shown.map((one) => one.key), ...(hasTotal ? ['total'] : [])].flatMap((key) =>
                values.map((column) => (
                  <th key={`${key}|${column.name}`} scope="col" className="number">
                    <Definition metric={column.name} />
                  </th>
                )),
              )}
            </tr>
          </thead>
          <tbody>
            {grid.down.map((heading) => (
              <tr key={heading.key}>
                {down.map((name, place) => (
                  <th key={name} scope="row">
                    <Member name={name} code={heading.members[place] ?? null} />
                  </th>
                ))}
                {shown.flatMap((one) =>
                  values.map((column) => (
                    <Figure
                      key={`${one.key}|${column.name}`}
                      column={column}
                      row={grid.cells.get(cellKey(heading.key, one.key))}
                      largest={pivot.heat ? largestOf(grid, column.name) : 0}
                    />
                  )),
                )}
                {hasTotal && values.map((column) => <Figure key={column.name} column={column} row={totals.get(heading.key)} largest={0} isTotal />)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function Member({ name, code }: { name: string; code: string | null }) {
  const t = useWords()
  const nameOf = useTerms()
  return <>{code === null ? t('explore.none') : nameOf(name, code)}</>
}

function Members({ heading, names }: { heading: Heading; names: string[] }) {
  return names.map((name, place) => (
    <span key={name}>
      {place > 0 && ' · '}
      <Member name={name} code={heading.members[place] ?? null} />
    </span>
  ))
}

interface FigureProps {
  column: Column
  row: Row | undefined
  largest: number
  isTotal?: boolean
}

function Figure({ column, row, largest, isTotal = false }: FigureProps) {
  const show = useShow()
  const shade = row ? shadeOf(row[column.name], largest) : 0
  const style = shade ? { background: `color-mix(in srgb, var(--some) ${Math.round(shade * 100)}%, transparent)` } : undefined
  return (
    <td className={isTotal ? 'number total' : 'number'} style={style}>
      {row ? show(column, row) : ''}
    </td>
  )
}
