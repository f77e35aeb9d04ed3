/** Rows that were not taken, and why; each file's as a sheet to be mended and dropped in again. */
import { addressOf } from '../../api/http'
import type { Row } from '../../api/types'
import { useTerms } from '../../pieces/Terms'
import { useWords } from '../../words/words'
import { PagedTable } from '../../tables/PagedTable'

export function RefusedRows() {
  const t = useWords()
  const sheet = (row: Row) => addressOf(`/refused/${encodeURIComponent(String(row['file_id']))}`, { format: 'xlsx' })
  return (
    <section className="card">
      <h2>{t('data.tab.refused')}</h2>
      <PagedTable
        question="refused_rows"
        label={t('data.tab.refused')}
        shown={['path_name', 'member', 'source_row', 'columns', 'messages']}
        keys={['file_id', 'source_row']}
        search={t('do.search')}
        empty={{ title: t('data.refused_none'), next: t('data.refused_none_next') }}
        render={(column, row) => (column.name === 'messages' ? <Reasons row={row} /> : undefined)}
        actions={(row) => (
          <a href={sheet(row)} download>
            {t('data.refused_download')}
          </a>
        )}
      />
      <p className="quiet small">{t('data.refused_next')}</p>
    </section>
  )
}

/** Why each cell was refused: the codes and the values stand beside each other, parted alike. */
function Reasons({ row }: { row: Row }) {
  const nameOf = useTerms()
  const codes = String(row['codes'] ?? '').split('; ')
  const values = String(row['messages'] ?? '').split('; ')
  return (
    <ul className="words">
      {codes.map((code, place) => (
        <li key={`${code}|${place}`}>{nameOf('refusal', code).replace('{value}', codes.length === values.length ? (values[place] ?? '') : '…')}</li>
      ))}
    </ul>
  )
}
