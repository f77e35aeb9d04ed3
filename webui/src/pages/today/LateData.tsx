/** What data is late: a figure is only as new as its oldest report. */
import { Link } from 'react-router'
import { rowsOf, useQuestion } from '../../api/asking'
import type { Answer, Row } from '../../api/types'
import { formatDay } from '../../formatting/dates'
import { Badge } from '../../pieces/Badge'
import { Fetched } from '../../pieces/States'
import { useTerms } from '../../pieces/Terms'
import { usePreferences } from '../../preferences/preferences'
import { useWords } from '../../words/words'

const MOST_SHOWN = 12

/** Reports that are late or have holes; the question answers for the complete ones too. */
const late = (answer: Answer): Row[] => rowsOf(answer).filter((row) => row['state'] === 'late' || row['state'] === 'hole')

export function LateData() {
  const t = useWords()
  const { lang } = usePreferences()
  const nameOf = useTerms()
  const answer = useQuestion('late_data')
  return (
    <section className="card" aria-labelledby="late-head">
      <h2 id="late-head">{t('today.late')}</h2>
      <Fetched of={answer} rows={3}>
        {(found) =>
          late(found).length === 0 ? (
            <p className="quiet">{t('today.late_none')}</p>
          ) : (
            <ul className="stack tight">
              {late(found).slice(0, MOST_SHOWN).map((row) => (
                <li key={`${row['shop_id']}|${row['report']}`} className="row apart">
                  <span className="grow">
                    {nameOf('shop', String(row['shop_id'] ?? ''))} · {nameOf('report', String(row['report']))}
                    <span className="quiet small" style={{ display: 'block' }}>
                      {row['missing_periods']
                        ? t('today.missing_periods', { periods: String(row['missing_periods']) })
                        : t('today.late_last', { day: formatDay(row['last_on'] as string | null, lang) })}
                    </span>
                  </span>
                  <Badge tone="amber">
                    {row['state'] === 'late'
                      ? t('today.late_days', { count: String(row['late_days']) })
                      : t('today.missing_days', { count: String(row['missing_days']) })}
                  </Badge>
                </li>
              ))}
              <li>
                <Link to="/data/files">{t('today.late_next')}</Link>
              </li>
            </ul>
          )
        }
      </Fetched>
    </section>
  )
}
