/** A metric's name that opens to its definition. */
import { Popover } from 'antd'
import { Link } from 'react-router'
import { useCatalogue } from '../api/asking'
import { usePreferences } from '../preferences/preferences'
import { named, useWords } from '../words/words'

/** The name of a metric in the language chosen. */
export function useMetricName(): (metric: string) => string {
  const { lang } = usePreferences()
  const { data, isPending } = useCatalogue()
  return (metric) => {
    const entry = data?.metrics.find((one) => one.name === metric)
    return entry ? named(lang, entry) : isPending ? '…' : metric
  }
}

export function Definition({ metric }: { metric: string }) {
  const t = useWords()
  const { lang } = usePreferences()
  const { data, isPending } = useCatalogue()
  const entry = data?.metrics.find((one) => one.name === metric)
  // A code that the next moment turns into a name only startles.
  if (!entry) return <>{isPending ? '…' : metric}</>
  const name = named(lang, entry)
  const meaning = (
    <div style={{ maxWidth: 360 }}>
      <p>{lang === 'zh' ? entry.definition_zh : entry.definition_en}</p>
      <p>
        <Link to={`/data/lineage?metric=${encodeURIComponent(metric)}`}>{t('performance.lineage')}</Link>
      </p>
    </div>
  )
  return (
    <Popover content={meaning} title={name} trigger="click">
      <button type="button" className="definition-key" aria-label={t('word.definition_of', { name })}>
        {name}
      </button>
    </Popover>
  )
}
