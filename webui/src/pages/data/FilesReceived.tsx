/** Every file that came in, and in words what it said. */
import { Button, Drawer } from 'antd'
import { useState } from 'react'
import type { Row } from '../../api/types'
import { addressOf } from '../../api/http'
import { usePreferences } from '../../preferences/preferences'
import { useTerms } from '../../pieces/Terms'
import { PagedTable } from '../../tables/PagedTable'
import { formatCount, type Figure } from '../../formatting/money'
import { useWords } from '../../words/words'
import { Controls } from './Controls'

const SHOWN = ['path_name', 'format', 'shop_id', 'period_from', 'period_to', 'rows_accepted', 'rows_refused', 'rows_duplicate', 'status', 'imported_at'] as const

export function FilesReceived() {
  const t = useWords()
  const [told, setTold] = useState<Row | null>(null)
  return (
    <section className="card">
      <h2>{t('data.files_title')}</h2>
      <PagedTable
        question="import_files"
        label={t('data.files_title')}
        shown={SHOWN}
        keys={['file_id']}
        sort="-imported_at"
        search={t('do.search')}
        empty={{ title: t('data.files_empty'), next: t('data.files_empty_next') }}
        actions={(row) => (
          <Button size="small" onClick={() => setTold(row)}>
            {t('do.open')}
          </Button>
        )}
      />
      {told && <Manifest row={told} onClose={() => setTold(null)} />}
    </section>
  )
}

function Manifest({ row, onClose }: { row: Row; onClose: () => void }) {
  const t = useWords()
  const { lang } = usePreferences()
  const nameOf = useTerms()
  const count = (name: string) => formatCount(row[name] as Figure, lang)
  const fields = {
    file: String(row['path_name']),
    report: row['format'] ? nameOf('format', String(row['format'])) : t('data.unknown'),
    shop: nameOf('shop', String(row['shop_id'] ?? '–')),
    from: String(row['period_from'] ?? '–'),
    to: String(row['period_to'] ?? '–'),
    seen: count('rows_seen'),
    accepted: count('rows_accepted'),
    refused: count('rows_refused'),
    duplicate: count('rows_duplicate'),
    replaced: count('rows_replaced'),
  }
  const refused = addressOf(`/refused/${encodeURIComponent(String(row['file_id']))}`, { format: 'xlsx' })
  return (
    <Drawer open title={t('data.manifest')} onClose={onClose}>
      <div className="stack">
        <p>{t('data.manifest_sentence', fields)}</p>
        {Number(row['rows_refused']) > 0 && (
          <p>
            <a href={refused} download>
              {t('data.refused_download')}
            </a>
            <span className="quiet"> {t('data.refused_next')}</span>
          </p>
        )}
        <Controls told={String(row['controls'] ?? '[]')} />
        <Warnings told={String(row['warnings'] ?? '[]')} />
      </div>
    </Drawer>
  )
}

function Warnings({ told }: { told: string }) {
  const warnings = JSON.parse(told) as { code: string; message: string; column?: string; count?: number }[]
  if (warnings.length === 0) return null
  return (
    <ul className="notes">
      {warnings.map((one) => (
        <li key={`${one.code}|${one.column}|${one.message}`}>
          {[one.column, one.message || one.code].filter(Boolean).join(': ')}
          {(one.count ?? 1) > 1 && ` ×${one.count}`}
        </li>
      ))}
    </ul>
  )
}
