/** Rows that were not taken, and why; each file's as a sheet to be mended and dropped in again. */
import { addressOf } from '../../api/http'
import type { Row } from '../../api/types'
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
