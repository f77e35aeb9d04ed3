/** What every metric, table and column means. */
import { Drawer, Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { Input } from 'antd'
import { useCatalogue, useQuestion } from '../../api/asking'
import { Fetched } from '../../pieces/States'
import { usePreferences } from '../../preferences/preferences'
import { AnswerTable } from '../../tables/AnswerTable'
import { PagedTable } from '../../tables/PagedTable'
import { named, sayIfKnown, useWords } from '../../words/words'

type Side = 'metrics' | 'tables'

export function Dictionary() {
  const t = useWords()
  const [side, setSide] = useState<Side>('metrics')
  const sides: Side[] = ['metrics', 'tables']
  return (
    <section className="card stack">
      <div className="row apart">
        <h2>{t('dictionary.title')}</h2>
        <Segmented<Side> aria-label={t('dictionary.title')} value={side} onChange={setSide} options={sides.map((one) => ({ value: one, label: t(`dictionary.${one}`) }))} />
      </div>
      {side === 'metrics' ? <MetricList /> : <Tables />}
    </section>
  )
}

function MetricList() {
  const t = useWords()
  const { lang } = usePreferences()
  const [search, setSearch] = useState('')
  const catalogue = useCatalogue().data
  const wanted = useMemo(() => {
    const word = search.trim().toLowerCase()
    return (catalogue?.metrics ?? []).filter((one) => [one.name, one.zh, one.en].some((text) => text.toLowerCase().includes(word)))
  }, [catalogue, search])
  const dimensionOf = (name: string) => {
    const entry = catalogue?.dimensions.find((one) => one.name === name)
    return entry ? named(lang, entry) : name
  }
  return (
    <>
      <Input aria-label={t('do.search')} placeholder={t('do.search')} allowClear value={search} onChange={(event) => setSearch(event.target.value)} style={{ maxWidth: 320 }} />
      <dl className="definitions">
        {wanted.map((one) => (
          <div key={one.name}>
            <dt>
              {named(lang, one)} <span className="quiet small">{sayIfKnown(lang, `subject.${one.subject}`, '')}</span>
            </dt>
            <dd>
              {lang === 'zh' ? one.definition_zh : one.definition_en}
              <span className="quiet small" style={{ display: 'block' }}>
                {one.dimensions.map(dimensionOf).join(' · ')}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}

function Tables() {
  const t = useWords()
  const { lang } = usePreferences()
  const [table, setTable] = useState<string | null>(null)
  return (
    <>
      <PagedTable
        question="dictionary"
        label={t('dictionary.tables')}
        shown={['table', lang, `grain_${lang}`, 'layer', 'column_count']}
        keys={['table']}
        search={t('dictionary.search')}
        empty={{ title: t('state.empty') }}
        render={(column, row) =>
          column.name === 'table' ? (
            <button type="button" className="link-button mono" onClick={() => setTable(String(row['table']))}>
              {String(row['table'])}
            </button>
          ) : undefined
        }
      />
      {table && <Columns table={table} onClose={() => setTable(null)} />}
    </>
  )
}

function Columns({ table, onClose }: { table: string; onClose: () => void }) {
  const t = useWords()
  const { lang } = usePreferences()
  const answer = useQuestion('data_dictionary', { table })
  return (
    <Drawer open size="large" title={table} onClose={onClose}>
      <Fetched of={answer}>
        {(found) => <AnswerTable answer={found} label={t('dictionary.tables')} hidden={['table', 'person', lang === 'zh' ? 'en' : 'zh']} size={100} />}
      </Fetched>
    </Drawer>
  )
}
