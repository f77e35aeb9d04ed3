/** The headline figures, each against the range that its own history leads to expect. */
import { rowsOf, useQuestion } from '../../api/asking'
import type { Answer, Row } from '../../api/types'
import { formatFigure } from '../../formatting/money'
import { Change } from '../../pieces/Change'
import { Definition } from '../../pieces/Definition'
import { Fetched } from '../../pieces/States'
import { Notes } from '../../pieces/Notes'
import { usePreferences } from '../../preferences/preferences'
import { sayIfKnown, useWords } from '../../words/words'
import { RangeBar } from './RangeBar'

export function KeyFigures() {
  const t = useWords()
  const answer = useQuestion('key_figures')
  return (
    <section aria-labelledby="figures-head">
      <h2 id="figures-head" className="hidden">
        {t('today.figures')}
      </h2>
      <Fetched of={answer} rows={2}>
        {(found) => (
          <>
            <ul className="tiles strip">
              {known(found).map((row) => (
                <Tile key={String(row['metric'])} row={row} />
              ))}
            </ul>
            {found.rows.length === 0 && <p className="quiet">{t('today.figures_none')}</p>}
            <Unknown answer={found} />
            <Notes notes={found.notes} />
          </>
        )}
      </Fetched>
    </section>
  )
}

const known = (answer: Answer): Row[] => rowsOf(answer).filter((row) => row['value'] !== null)

/** Figures that nothing was reported for are named, not drawn as empty tiles. */
function Unknown({ answer }: { answer: Answer }) {
  const t = useWords()
  const unknown = rowsOf(answer).filter((row) => row['value'] === null)
  if (unknown.length === 0) return null
  return (
    <p className="quiet small" style={{ marginTop: 6 }}>
      {t('today.figures_unknown')}
      {unknown.map((row, place) => (
        <span key={String(row['metric'])}>
          {place > 0 && ' · '}
          <Definition metric={String(row['metric'])} />
        </span>
      ))}
    </p>
  )
}

const text = (value: Row[string] | undefined): string | null => (value === null || value === undefined ? null : String(value))

/** Against the same weekday a week before, or the period before where the figure is longer than a day. */
function Against({ row }: { row: Row }) {
  const t = useWords()
  const isDay = row['grain'] === 'day'
  const value = text(isDay ? row['week_change'] : row['previous_change'])
  if (value === null) return null
  return (
    <span className="small" title={t(isDay ? 'today.week_before' : 'today.period_before')}>
      <span className="hidden">{t(isDay ? 'today.week_before' : 'today.period_before')} </span>
      <Change value={value} />
    </span>
  )
}

function Tile({ row }: { row: Row }) {
  const t = useWords()
  const { lang } = usePreferences()
  const unit = text(row['unit'])
  const show = (value: Row[string] | undefined, isShort: boolean) => formatFigure(text(value), unit, null, lang, isShort)
  const state = text(row['state']) ?? 'unknown'
  const hasRange = text(row['low']) !== null && text(row['high']) !== null
  return (
    <li className="card tile">
      <div className="tile-head">
        <h3 className="cut">
          <Definition metric={String(row['metric'])} />
        </h3>
        <Against row={row} />
      </div>
      <p className="tile-value">{show(row['value'], false)}</p>
      {hasRange && <RangeBar low={Number(row['low'])} high={Number(row['high'])} value={Number(row['value'])} />}
      <p className={`small tile-state ${state}`} title={text(row['method']) ?? undefined}>
        <span>{sayIfKnown(lang, `today.${state}`, state)}</span>
        {hasRange && (
          <span className="quiet">
            <span className="hidden">{t('today.expected')} </span>
            {t('today.expected_range', { low: show(row['low'], true), high: show(row['high'], true) })}
          </span>
        )}
      </p>
    </li>
  )
}
