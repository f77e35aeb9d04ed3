/** The list on a phone: a card for each thing, with what matters most. */
import { Select } from 'antd'
import { Link } from 'react-router'
import { useWords } from '../words/words'
import { Cell, isFigure } from './Cell'
import type { ListProps } from './ListTable'
import { useTitles } from './useTitles'

export function ThingCards({ listing, answer, rows, sorts: names, state, change }: ListProps) {
  const t = useWords()
  const titleOf = useTitles()
  const byName = new Map(answer.columns.map((column) => [column.name, column]))
  const found = (names: readonly string[]) => names.flatMap((name) => byName.get(name) ?? [])
  const [heads, near] = [found(listing.linked), found(listing.near)]
  const sorts = found(names).map((column) => ({ value: isFigure(column) ? `-${column.name}` : column.name, label: titleOf(column) }))
  return (
    <>
      <Select
        aria-label={t('word.sort')}
        placeholder={t('word.sort')}
        allowClear
        value={state.sort || undefined}
        options={sorts}
        onChange={(sort?: string) => change({ sort: sort ?? '', page: 1 })}
      />
      <ul className="thing-cards">
        {rows.map((row) => (
          <li key={listing.keys.map((key) => String(row[key])).join('|')}>
            <Link to={listing.address(row)} className="thing-card">
              <span className="span-all">
                {heads.map((column, place) => (
                  <span key={column.name} className={place === 0 ? 'card-title' : 'quiet small'}>
                    <Cell column={column} row={row} />
                  </span>
                ))}
              </span>
              {near.map((column) => (
                <span key={column.name} className="small">
                  <span className="quiet">{titleOf(column)} </span>
                  <Cell column={column} row={row} />
                </span>
              ))}
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}
