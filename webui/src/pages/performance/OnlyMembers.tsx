/** Only which members of which dimensions count; the members offered are those that occur. */
import { Button, Popover, Select, Tag } from 'antd'
import { useState } from 'react'
import { rowsOf, useCatalogue, useMetrics } from '../../api/asking'
import { commonDimensions } from '../../pieces/DimensionSelect'
import { useTerms } from '../../pieces/Terms'
import { usePreferences } from '../../preferences/preferences'
import { named, useWords } from '../../words/words'
import type { Shown } from './fields'

interface OnlyMembersProps {
  shown: Shown
  change: (some: Partial<Shown>) => void
}

export function OnlyMembers({ shown, change }: OnlyMembersProps) {
  const t = useWords()
  const { lang } = usePreferences()
  const nameOf = useTerms()
  const catalogue = useCatalogue().data
  const drop = (dimension: string) => {
    const { [dimension]: _, ...rest } = shown.only
    change({ only: rest })
  }
  const titleOf = (name: string) => {
    const entry = catalogue?.dimensions.find((one) => one.name === name)
    return entry ? named(lang, entry) : name
  }
  return (
    <div className="labelled">
      {t('performance.where')}
      <div className="row">
        {Object.entries(shown.only).map(([dimension, some]) => (
          <Tag key={dimension} closable={{ 'aria-label': t('do.clear') }} onClose={() => drop(dimension)} style={{ lineHeight: '28px' }}>
            {titleOf(dimension)}: {some.map((one) => nameOf(dimension, one)).join(', ')}
          </Tag>
        ))}
        <Popover trigger="click" placement="bottom" content={<Adding shown={shown} change={change} titleOf={titleOf} />}>
          <Button>{t('performance.where_add')}</Button>
        </Popover>
      </div>
    </div>
  )
}

function Adding({ shown, change, titleOf }: OnlyMembersProps & { titleOf: (name: string) => string }) {
  const t = useWords()
  const nameOf = useTerms()
  const catalogue = useCatalogue().data
  const [dimension, setDimension] = useState<string>()
  const dimensions = commonDimensions(catalogue, shown.metrics)
  const metric = shown.metrics[0]
  const asked = { names: metric ? [metric] : [], by: dimension ? [dimension] : [], from: shown.from, to: shown.to }
  const found = useMetrics(asked, Boolean(dimension && metric))
  const members = dimension ? [...new Set(rowsOf(found.data).map((row) => row[dimension]).filter((one) => one !== null))] : []
  const chosen = dimension ? [...(shown.only[dimension] ?? [])] : []
  const choose = (told: string[]) => {
    if (!dimension) return
    // Who types a name means the member of that name.
    const codeOf = (one: string) => String(members.find((member) => nameOf(dimension, String(member)) === one) ?? one)
    const some = [...new Set(told.map(codeOf))]
    const { [dimension]: _, ...rest } = shown.only
    change({ only: some.length ? { ...rest, [dimension]: some } : rest })
  }
  return (
    <div className="stack tight" style={{ width: 280 }}>
      <Select
        aria-label={t('performance.by')}
        placeholder={t('performance.by')}
        value={dimension}
        onChange={setDimension}
        options={dimensions.map((one) => ({ value: one, label: titleOf(one) }))}
        showSearch={{ optionFilterProp: 'label' }}
      />
      {dimension && (
        <Select
          mode="tags"
          aria-label={t('performance.where_values')}
          placeholder={t('performance.where_values')}
          loading={found.isFetching}
          disabled={found.isPending}
          value={chosen}
          onChange={choose}
          options={members.map((one) => ({ value: String(one), label: nameOf(dimension, String(one)) }))}
          showSearch={{ optionFilterProp: 'label' }}
        />
      )}
    </div>
  )
}
