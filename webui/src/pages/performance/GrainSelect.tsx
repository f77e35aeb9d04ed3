/** By which periods figures are cut; none gives the total. */
import { Select } from 'antd'
import { useWords } from '../../words/words'
import { type Grain, GRAINS } from './fields'

interface GrainSelectProps {
  value: Grain
  onChange: (grain: Grain) => void
}

export function GrainSelect({ value, onChange }: GrainSelectProps) {
  const t = useWords()
  return (
    <label>
      {t('performance.grain')}
      <Select<Grain>
        aria-label={t('performance.grain')}
        value={value}
        onChange={onChange}
        options={GRAINS.map((one) => ({ value: one, label: t(`performance.grain.${one || 'none'}`) }))}
        style={{ minWidth: 84 }}
      />
    </label>
  )
}
