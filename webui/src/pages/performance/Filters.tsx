/** What the page shows: metrics, dimensions, grain, dates, comparison, currency, and only which members. */
import { Select } from 'antd'
import { useSession, useTodo } from '../../api/asking'
import { todayIn } from '../../formatting/dates'
import { currencyOptions } from '../../formatting/choices'
import { DimensionSelect } from '../../pieces/DimensionSelect'
import { MetricSelect } from '../../pieces/MetricSelect'
import { usePreferences } from '../../preferences/preferences'
import { useWords } from '../../words/words'
import { COMPARISONS, GRAINS, MOST_DIMENSIONS, type Shown } from './fields'
import { OnlyMembers } from './OnlyMembers'
import { type Range, rangeOf, RANGES } from './periods'

interface FiltersProps {
  shown: Shown
  change: (some: Partial<Shown>) => void
}

export function Filters({ shown, change }: FiltersProps) {
  const t = useWords()
  const { lang } = usePreferences()
  return (
    <div className="filters">
      <label style={{ flex: '1 1 260px' }}>
        {t('performance.metrics')}
        <MetricSelect value={shown.metrics} onChange={(metrics) => change({ metrics })} />
      </label>
      <label style={{ flex: '1 1 180px' }}>
        {t('performance.by')}
        <DimensionSelect metrics={shown.metrics} value={shown.by} most={MOST_DIMENSIONS} onChange={(by) => change({ by })} />
      </label>
      <label>
        {t('performance.grain')}
        <Select
          aria-label={t('performance.grain')}
          value={shown.grain}
          onChange={(grain) => change({ grain })}
          options={GRAINS.map((one) => ({ value: one, label: t(`performance.grain.${one || 'none'}`) }))}
          style={{ minWidth: 84 }}
        />
      </label>
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
      <label>
        {t('performance.currency')}
        <Select
          aria-label={t('performance.currency')}
          value={shown.currency}
          onChange={(currency) => change({ currency })}
          options={[{ value: '', label: t('performance.currency.own') }, ...currencyOptions(lang)]}
          showSearch={{ optionFilterProp: 'label' }}
          popupMatchSelectWidth={false}
          style={{ minWidth: 110 }}
        />
      </label>
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
      <label>
        {t('performance.from')}
        <input type="date" className="native" value={shown.from} max={shown.to || undefined} onChange={(event) => change({ from: event.target.value })} />
      </label>
      <label>
        {t('performance.to')}
        <input type="date" className="native" value={shown.to} min={shown.from || undefined} onChange={(event) => change({ to: event.target.value })} />
      </label>
    </>
  )
}
