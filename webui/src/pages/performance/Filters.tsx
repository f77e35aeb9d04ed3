/** What the page shows: metrics, dimensions, grain, dates, comparison, currency, and only which members. */
import { Select } from 'antd'
import { useSession, useTodo } from '../../api/asking'
import { todayIn } from '../../formatting/dates'
import { CurrencySelect } from '../../pieces/CurrencySelect'
import { DayField } from '../../pieces/DayField'
import { DimensionSelect } from '../../pieces/DimensionSelect'
import { MetricSelect } from '../../pieces/MetricSelect'
import { useWords } from '../../words/words'
import { COMPARISONS, MOST_DIMENSIONS, type Shown } from './fields'
import { GrainSelect } from './GrainSelect'
import { OnlyMembers } from './OnlyMembers'
import { type Range, rangeOf, RANGES } from './periods'

interface FiltersProps {
  shown: Shown
  change: (some: Partial<Shown>) => void
}

export function Filters({ shown, change }: FiltersProps) {
  const t = useWords()
  return (
    <div className="filters">
      <label className="long">
        {t('performance.metrics')}
        <MetricSelect value={shown.metrics} onChange={(metrics) => change({ metrics })} />
      </label>
      <label className="medium">
        {t('performance.by')}
        <DimensionSelect metrics={shown.metrics} value={shown.by} most={MOST_DIMENSIONS} onChange={(by) => change({ by })} />
      </label>
      <GrainSelect value={shown.grain} onChange={(grain) => change({ grain })} />
      <Dates shown={shown} change={change} />
      <label>
        {t('performance.compare')}
        <Select
          aria-label={t('performance.compare')}
          value={shown.compare}
          onChange={(compare) => change({ compare })}
          options={COMPARISONS.map((one) => ({ value: one, label: t(`performance.compare.${one || 'none'}`) }))}
          style={{ minWidth: 120 }}
        />
      </label>
      <CurrencySelect value={shown.currency} onChange={(currency) => change({ currency })} />
      <OnlyMembers shown={shown} change={change} />
    </div>
  )
}

function Dates({ shown, change }: FiltersProps) {
  const t = useWords()
  const zone = useSession().data?.timezone ?? 'UTC'
  const asOf = useTodo(false).data?.as_of ?? todayIn(zone)
  const range = RANGES.find((one) => {
    const days = rangeOf(one, asOf)
    return days.from === shown.from && days.to === shown.to
  })
  const choose = (one: Range | '') => change(one ? rangeOf(one, asOf) : { from: '', to: '' })
  return (
    <>
      <label>
        {t('performance.range')}
        <Select<Range | '' | null>
          aria-label={t('performance.range')}
          value={range ?? (shown.from || shown.to ? null : '')}
          placeholder="…"
          onChange={(one: Range | '' | null) => choose(one ?? '')}
          options={[{ value: '' as const, label: t('word.all') }, ...RANGES.map((one) => ({ value: one, label: t(`performance.range.${one}`) }))]}
          style={{ minWidth: 110 }}
        />
      </label>
      <DayField label={t('performance.from')} value={shown.from} max={shown.to} onChange={(from) => change({ from })} />
      <DayField label={t('performance.to')} value={shown.to} min={shown.from} onChange={(to) => change({ to })} />
    </>
  )
}
