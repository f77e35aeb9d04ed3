/** One choice for each parameter that the question takes: a new parameter of the register appears here by itself. */
import { Input, Select } from 'antd'
import type { Members } from '../address/codec'
import { useCatalogue } from '../api/asking'
import type { Catalogue, Parameter } from '../api/types'
import { DayField } from '../pieces/DayField'
import { useTerms } from '../pieces/Terms'
import { usePreferences } from '../preferences/preferences'
import { named, useWords } from '../words/words'
import { OWN_PARAMETERS } from './listing'

interface ListFiltersProps {
  question: string
  only: Members
  onOnly: (only: Members) => void
}

export function ListFilters({ question, only, onOnly }: ListFiltersProps) {
  const catalogue = useCatalogue().data
  const entry = catalogue?.questions.find((one) => one.name === question)
  const parameters = (entry?.parameters ?? []).filter((one) => !OWN_PARAMETERS.has(one.name) && !one.required)
  const set = (name: string, value: string | undefined) => {
    const { [name]: _, ...rest } = only
    onOnly(value ? { ...rest, [name]: [value] } : rest)
  }
  return (
    <>
      {parameters.map((parameter) => (
        <Filter
          key={parameter.name}
          parameter={parameter}
          catalogue={catalogue}
          value={only[parameter.name]?.[0]}
          onValue={(value) => set(parameter.name, value)}
        />
      ))}
    </>
  )
}

interface FilterProps {
  parameter: Parameter
  catalogue: Catalogue | undefined
  value: string | undefined
  onValue: (value: string | undefined) => void
}

function codesOf(parameter: Parameter, catalogue: Catalogue | undefined): string[] | null {
  if (parameter.name === 'shop') return (catalogue?.shops ?? []).map((one) => one.shop_id)
  if (parameter.kind === 'flag') return ['true', 'false']
  if (parameter.vocabulary === 'channel') return (catalogue?.channels ?? []).map((one) => one.code)
  const terms = parameter.vocabulary ? catalogue?.vocabularies?.[parameter.vocabulary] : undefined
  return terms?.map((one) => one.code) ?? null
}

function Filter({ parameter, catalogue, value, onValue }: FilterProps) {
  const t = useWords()
  const { lang } = usePreferences()
  const nameOf = useTerms()
  const label = named(lang, parameter).split('（')[0]?.split(' (')[0] ?? parameter.name
  const codes = codesOf(parameter, catalogue)
  const nameOfCode = (code: string) => {
    if (parameter.kind === 'flag') return code === 'true' ? t('word.yes') : t('word.no')
    return nameOf(parameter.name, code, parameter.vocabulary)
  }
  if (parameter.kind === 'date') {
    return <DayField label={label} value={value ?? ''} onChange={(day) => onValue(day || undefined)} />
  }
  if (!codes) {
    return (
      <label>
        {label}
        <Input.Search key={value} allowClear defaultValue={value} onSearch={(text) => onValue(text.trim() || undefined)} className="short" />
      </label>
    )
  }
  return (
    <label>
      {label}
      <Select
        allowClear
        aria-label={label}
        value={value}
        placeholder={t('word.all')}
        onChange={onValue}
        options={codes.map((code) => ({ value: code, label: nameOfCode(code) }))}
        showSearch={{ optionFilterProp: 'label' }}
        popupMatchSelectWidth={false}
        style={{ minWidth: 130 }}
      />
    </label>
  )
}
