/** Metrics to choose from, gathered by subject. */
import { useCatalogue } from '../api/asking'
import { usePreferences } from '../preferences/preferences'
import { named, sayIfKnown, useWords } from '../words/words'
import { ManySelect } from './ManySelect'

interface MetricSelectProps {
  value: string[]
  onChange: (metrics: string[]) => void
}

export function MetricSelect({ value, onChange }: MetricSelectProps) {
  const t = useWords()
  const { lang } = usePreferences()
  const metrics = useCatalogue().data?.metrics ?? []
  const subjects = [...new Set(metrics.map((one) => one.subject ?? ''))]
  const options = subjects.map((subject) => ({
    label: sayIfKnown(lang, `subject.${subject}`, subject),
    title: subject,
    options: metrics.filter((one) => (one.subject ?? '') === subject).map((one) => ({ value: one.name, label: named(lang, one) })),
  }))
  return <ManySelect label={t('performance.metrics')} placeholder={t('performance.choose')} value={value} options={options} onChange={onChange} />
}
