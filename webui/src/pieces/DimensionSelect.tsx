/** Dimensions by which all the chosen metrics can be cut. */
import { useCatalogue } from '../api/asking'
import type { Catalogue } from '../api/types'
import { usePreferences } from '../preferences/preferences'
import { named, useWords } from '../words/words'
import { ManySelect } from './ManySelect'

/** The dimensions that every one of the metrics has. */
export function commonDimensions(catalogue: Catalogue | undefined, metrics: string[]): string[] {
  const all = (catalogue?.dimensions ?? []).map((one) => one.name)
  const chosen = (catalogue?.metrics ?? []).filter((one) => metrics.includes(one.name))
  return all.filter((name) => chosen.every((metric) => metric.dimensions.includes(name)))
}

interface DimensionSelectProps {
  metrics: string[]
  value: string[]
  most: number
  label?: string
  onChange: (by: string[]) => void
}

export function DimensionSelect({ metrics, value, most, label, onChange }: DimensionSelectProps) {
  const t = useWords()
  const { lang } = usePreferences()
  const catalogue = useCatalogue().data
  const names = commonDimensions(catalogue, metrics)
  const options = (catalogue?.dimensions ?? [])
    .filter((one) => names.includes(one.name) || value.includes(one.name))
    .map((one) => ({ value: one.name, label: named(lang, one) }))
  return <ManySelect label={label ?? t('performance.by')} placeholder={t('performance.by_none')} value={value} most={most} options={options} onChange={onChange} />
}
