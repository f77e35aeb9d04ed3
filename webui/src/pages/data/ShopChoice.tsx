/** One of the shops in the books, or none. */
import { Select } from 'antd'
import type { CSSProperties } from 'react'
import { rowsOf, useQuestion } from '../../api/asking'
import { useTerms } from '../../pieces/Terms'
import { useWords } from '../../words/words'

interface ShopChoiceProps {
  shop: string
  onShop: (shop: string) => void
  /** Without another, to which shop a file belongs that does not say it. */
  label?: string
  placeholder?: string
  style?: CSSProperties
}

export function ShopChoice({ shop, onShop, label: asked, placeholder = '', style = { maxWidth: 420 } }: ShopChoiceProps) {
  const t = useWords()
  const label = asked ?? t('data.shop')
  const nameOf = useTerms()
  const known = rowsOf(useQuestion('shops', { page: 1, size: 200 }).data).map((row) => String(row['shop_id']))
  // An address may name a shop that the first page of shops does not hold.
  const shops = [...new Set([...known, ...(shop ? [shop] : [])])]
  return (
    <label className="labelled" style={style}>
      {label}
      <Select
        allowClear
        aria-label={label}
        value={shop || undefined}
        placeholder={placeholder}
        onChange={(one?: string) => onShop(one ?? '')}
        options={shops.map((one) => ({ value: one, label: nameOf('shop', one) }))}
        showSearch={{ optionFilterProp: 'label' }}
      />
    </label>
  )
}
