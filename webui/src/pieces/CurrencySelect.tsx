/** In which currency figures are shown: each as it was earned, or all in one. */
import { Select } from 'antd'
import { currencyOptions } from '../formatting/choices'
import { usePreferences } from '../preferences/preferences'
import { useWords } from '../words/words'

interface CurrencySelectProps {
  value: string
  onChange: (currency: string) => void
}

export function CurrencySelect({ value, onChange }: CurrencySelectProps) {
  const t = useWords()
  const { lang } = usePreferences()
  return (
    <label>
      {t('performance.currency')}
      <Select
        aria-label={t('performance.currency')}
        value={value}
        onChange={onChange}
        options={[{ value: '', label: t('performance.currency.own') }, ...currencyOptions(lang)]}
        showSearch={{ optionFilterProp: 'label' }}
        popupMatchSelectWidth={false}
        style={{ minWidth: 110 }}
      />
    </label>
  )
}
