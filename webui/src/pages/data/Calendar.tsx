/** Which days each report covers: one row for each shop and report, one cell for each day of a month. */
import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useMemo } from 'react'
import { type Fields, text } from '../../address/codec'
import { useAddress } from '../../address/useAddress'
import { rowsOf, useQuestion, useSession } from '../../api/asking'
import { daysBetween, todayIn } from '../../formatting/dates'
import { daysOf } from '../performance/periods'
import { Empty, Fetched } from '../../pieces/States'
import { useTerms } from '../../pieces/Terms'
import { useWords } from '../../words/words'
import { coverageOf, type Line, stepMonth } from './coverage'

const FIELDS: Fields<{ month: string }> = { month: text() }

export function Calendar() {
  const t = useWords()
  const [state, change] = useAddress(FIELDS)
  const today = todayIn(useSession().data?.timezone ?? 'UTC')
  const closed = useQuestion('generations').data
  // What the books were not closed over yet is not missing.
  const until = closed?.as_of ?? today
  const month = daysOf(state.month) ? state.month : (closed?.as_of ?? today).slice(0, 7)
  const { from, to } = daysOf(month) ?? { from: today, to: today }
  const answer = useQuestion('completeness_days', { from_on: from, to_on: to })
  const days = useMemo(() => daysBetween(from, to), [from, to])
  return (
    <section className="card stack">
      <div className="row apart">
        <div>
          <h2>{t('calendar.title')}</h2>
          <p className="quiet">{t('calendar.lead')}</p>
        </div>
        <div className="row">
          <Button aria-label={t('calendar.before')} icon={<LeftOutlined aria-hidden />} onClick={() => change({ month: stepMonth(month, -1) })} />
          <input type="month" className="native" aria-label={t('calendar.month')} value={month} onChange={(event) => change({ month: event.target.value })} />
          <Button aria-label={t('calendar.after')} icon={<RightOutlined aria-hidden />} disabled={month >= today.slice(0, 7)} onClick={() => change({ month: stepMonth(month, 1) })} />
        </div>
      </div>
      <Fetched of={answer}>
        {(found) => {
          const lines = coverageOf(rowsOf(found))
          return lines.length === 0 ? <Empty title={t('calendar.empty')} next={t('data.files_empty_next')} /> : <Grid lines={lines} days={days} until={until} />
        }}
      </Fetched>
    </section>
  )
}

function Grid({ lines, days, until }: { lines: Line[]; days: string[]; until: string }) {
  const t = useWords()
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('calendar.title')}>
      <table className="calendar">
        <thead>
          <tr>
            <th scope="col">{t('column.shop')}</th>
            <th scope="col">{t('column.report')}</th>
            {days.map((day) => (
              <th key={day} scope="col">
                {Number(day.slice(8))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <ReportRow key={`${line.shop}|${line.report}`} line={line} days={days} until={until} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function ReportRow({ line, days, until }: { line: Line; days: string[]; until: string }) {
  const t = useWords()
  const nameOf = useTerms()
  const missing = days.filter((day) => day <= until && !line.covered.has(day)).length
  return (
    <tr>
      <Head text={nameOf('shop', line.shop)} />
      <Head text={nameOf('report', line.report)} />
      {days.map((day) => {
        const has = line.covered.has(day)
        const word = t(has ? 'calendar.covered' : 'calendar.missing', { day })
        return (
          <td key={day} className={has ? 'has' : day > until ? 'future' : undefined} title={word}>
            <span className="hidden">{word}</span>
          </td>
        )
      })}
      <td className="end quiet">{missing ? t('calendar.days_missing', { count: missing }) : t('calendar.complete')}</td>
    </tr>
  )
}

/** A name that is cut where it is longer than its column. */
const Head = ({ text }: { text: string }) => (
  <th scope="row" title={text}>
    {text}
  </th>
)
