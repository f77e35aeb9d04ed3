/** To which other SKU an alias belongs: found by code or title. */
import { Modal, Select } from 'antd'
import { useState } from 'react'
import { rowsOf, useQuestion } from '../../api/asking'
import { useWords } from '../../words/words'

interface MoveDialogProps {
  onChoose: (sku: string) => void
  onClose: () => void
}

export function MoveDialog({ onChoose, onClose }: MoveDialogProps) {
  const t = useWords()
  const [search, setSearch] = useState('')
  const [sku, setSku] = useState<string>()
  const found = useQuestion('products', { search, page: 1, size: 20 }, search.length > 0)
  const options = rowsOf(found.data).map((row) => ({ value: String(row['sku_id']), label: `${String(row['sku_id'])} ${String(row['title'] ?? '')}` }))
  return (
    <Modal
      open
      title={t('links.move_title')}
      okText={t('links.confirm')}
      cancelText={t('do.cancel')}
      okButtonProps={{ disabled: !sku }}
      onOk={() => sku && onChoose(sku)}
      onCancel={onClose}
    >
      <Select
        style={{ width: '100%' }}
        aria-label={t('links.move_title')}
        placeholder={t('products.search')}
        showSearch={{ filterOption: false, onSearch: setSearch }}
        loading={found.isFetching}
        value={sku}
        onChange={setSku}
        options={options}
      />
    </Modal>
  )
}
