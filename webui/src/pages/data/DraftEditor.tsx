/** A drafted mapping: each column of the report with what it is taken for, and the text itself for those who know it. */
import { Button, Input, Select } from 'antd'
import { useMemo } from 'react'
import { rowsOf, useQuestion } from '../../api/asking'
import { Badge } from '../../pieces/Badge'
import { usePreferences } from '../../preferences/preferences'
import { useWords } from '../../words/words'
import { type DraftColumn, leaveOut, readDraft, renameTarget } from './draft'
import { ShopChoice } from './ShopChoice'

interface DraftEditorProps {
  mapping: string
  onMapping: (mapping: string) => void
  shop: string
  onShop: (shop: string) => void
  isBusy: boolean
  onBack: () => void
  onImport: () => void
}

export function DraftEditor({ mapping, onMapping, shop, onShop, isBusy, onBack, onImport }: DraftEditorProps) {
  const t = useWords()
  const columns = useMemo(() => readDraft(mapping), [mapping])
  return (
    <div className="stack">
      <div className="scroll" tabIndex={0} role="region" aria-label={t('mapping.step.columns')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('mapping.header')}</th>
              <th scope="col">{t('mapping.means')}</th>
              <th scope="col">{t('mapping.certainty')}</th>
              <th scope="col">{t('word.actions')}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <Line key={column.header} column={column} mapping={mapping} onMapping={onMapping} />
            ))}
          </tbody>
        </table>
      </div>
      <details>
        <summary>{t('mapping.yaml')}</summary>
        <Input.TextArea
          aria-label={t('mapping.yaml')}
          className="mono"
          autoSize={{ minRows: 8, maxRows: 30 }}
          value={mapping}
          spellCheck={false}
          onChange={(event) => onMapping(event.target.value)}
        />
      </details>
      <ShopChoice shop={shop} onShop={onShop} />
      <div className="row">
        <Button type="primary" loading={isBusy} onClick={onImport}>
          {t('mapping.save')}
        </Button>
        <Button onClick={onBack}>{t('do.back')}</Button>
      </div>
    </div>
  )
}

interface LineProps {
  column: DraftColumn
  mapping: string
  onMapping: (mapping: string) => void
}

function Line({ column, mapping, onMapping }: LineProps) {
  const t = useWords()
  return (
    <tr>
      <th scope="row">{column.header}</th>
      <td>
        {column.isCurrency && <span>{t('mapping.currency')}</span>}
        {column.targets.length === 0 && !column.isCurrency && <span className="quiet">{t('mapping.ignore')}</span>}
        {column.targets.map((target) => (
          <Meaning key={target} header={column.header} target={target} onTarget={(to) => onMapping(renameTarget(mapping, column.header, target, to))} />
        ))}
      </td>
      <td>
        {column.certainty !== null && <Badge tone={column.isSure ? 'green' : 'amber'}>{t(column.isSure ? 'mapping.sure' : 'mapping.check')}</Badge>}
      </td>
      <td>
        {column.targets.length > 0 && (
          <Button size="small" onClick={() => onMapping(leaveOut(mapping, column.header))}>
            {t('mapping.leave_out')}
          </Button>
        )}
      </td>
    </tr>
  )
}

function Meaning({ header, target, onTarget }: { header: string; target: string; onTarget: (column: string) => void }) {
  const t = useWords()
  const { lang } = usePreferences()
  const [table = '', column = ''] = target.split('.')
  const known = rowsOf(useQuestion('data_dictionary', { table }).data)
  const options = known.map((row) => ({ value: String(row['column']), label: String(row[lang === 'zh' ? 'zh' : 'en']) }))
  return (
    <div className="row">
      <span className="quiet mono">{table}</span>
      <Select
        aria-label={`${header}: ${t('mapping.means')}`}
        size="small"
        value={column}
        options={options.some((one) => one.value === column) ? options : [{ value: column, label: column }, ...options]}
        showSearch={{ optionFilterProp: 'label' }}
        popupMatchSelectWidth={false}
        style={{ minWidth: 180 }}
        onChange={onTarget}
      />
    </div>
  )
}
