/** To which shop a file belongs, where its name and contents do not say. */
import { Select } from 'antd'
import { rowsOf, useQuestion } from '../../api/asking'
import { useTerms } from '../../pieces/Terms'
import { useWords } from '../../words/words'

export function ShopChoice({ shop, onShop }: { shop: string; onShop: (shop: string) => void }) {
  const t = useWords()
  const nameOf = useTerms()
  const shops = rowsOf(useQuestion('shops', { page: 1, size: 200 }).data)
  return (
    <label className="labelled" style={{ maxWidth: 420 }}>
      {t('data.shop')}
      <Select
        allowClear
        aria-label={t('data.shop')}
        value={shop || undefined}
        onChange={(one?: string) => onShop(one ?? '')}
        options={shops.map((row) => ({ value: String(row['shop_id']), label: nameOf('shop', String(row['shop_id'])) }))}
        showSearch={{ optionFilterProp: 'label' }}
      />
    </label>
  )
}
