/** Where a figure comes from: its definition, the tables it is made of, and the files that state them. */
import { Select } from 'antd'
import { type Fields, text } from '../../address/codec'
import { useAddress } from '../../address/useAddress'
import { rowsOf, useCatalogue, useQuestion } from '../../api/asking'
import type { Row } from '../../api/types'
import { formatCount, type Figure } from '../../formatting/money'
import { Empty, Fetched } from '../../pieces/States'
import { usePreferences } from '../../preferences/preferences'
import { named, useWords } from '../../words/words'
import { ShopChoice } from './ShopChoice'

const FIELDS: Fields<{ metric: string; shop: string; period: string }> = { metric: text(), shop: text(), period: text() }

export function Lineage() {
  const t = useWords()
  const { lang } = usePreferences()
  const [{ metric, shop, period }, change] = useAddress(FIELDS)
  const metrics = useCatalogue().data?.metrics ?? []
  const answer = useQuestion('lineage', { metric, ...(shop && { shop }), ...(period && { period }) }, metric !== '')
  return (
    <section className="card stack">
      <h2>{t('lineage.title')}</h2>
      <div className="row wide">
        <label className="labelled" style={{ flex: '1 1 220px', maxWidth: 360 }}>
          {t('lineage.metric')}
          <Select
            aria-label={t('lineage.metric')}
            value={metric || undefined}
            placeholder={t('lineage.choose')}
            options={metrics.map((one) => ({ value: one.name, label: named(lang, one) }))}
            showSearch={{ optionFilterProp: 'label' }}
            onChange={(one: string) => change({ metric: one })}
          />
        </label>
        <ShopChoice
          label={t('column.shop')}
          shop={shop}
          onShop={(one) => change({ shop: one })}
          placeholder={t('word.all')}
          style={{ flex: '1 1 180px', maxWidth: 300 }}
        />
        <label className="labelled">
          {t('performance.grain')}
          <input type="month" className="native" aria-label={t('performance.grain')} value={period} onChange={(event) => change({ period: event.target.value })} />
        </label>
      </div>
      {metric ? (
        <Fetched of={answer}>{(found) => <Chain metric={metric} rows={rowsOf(found)} />}</Fetched>
      ) : (
        <Empty title={t('lineage.choose')} next={t('lineage.choose_next')} />
      )}
    </section>
  )
}

function Chain({ metric, rows }: { metric: string; rows: Row[] }) {
  const t = useWords()
  const { lang } = usePreferences()
  const entry = useCatalogue().data?.metrics.find((one) => one.name === metric)
  const ofKind = (kind: string) => rows.filter((row) => row['kind'] === kind)
  const made = ofKind('table').filter((row) => row['made_by'])
  const stated = ofKind('table').filter((row) => !row['made_by'])
  return (
    <ol className="chain">
      <li>
        <h3>{entry ? named(lang, entry) : metric}</h3>
        <p>{entry && (lang === 'zh' ? entry.definition_zh : entry.definition_en)}</p>
      </li>
      <li>
        <h3>{t('lineage.step')}</h3>
        <Tables rows={made} />
      </li>
      <li>
        <h3>{t('lineage.table')}</h3>
        <Tables rows={stated} />
      </li>
      <li>
        <h3>{t('lineage.file')}</h3>
        <ul>
          {ofKind('file').map((row) => (
            <li key={`${row['name']}|${row['of']}`}>
              {String(row['name'])}{' '}
              <span className="quiet small">
                {String(row['made_by'])} → {String(row['of'])}
              </span>
            </li>
          ))}
        </ul>
      </li>
    </ol>
  )
}

function Tables({ rows }: { rows: Row[] }) {
  const t = useWords()
  const { lang } = usePreferences()
  return (
    <ul>
      {rows.map((row) => (
        <li key={String(row['name'])}>
          {String(row[lang] ?? row['name'])} <span className="quiet mono">{String(row['name'])}</span>
          {row['row_count'] !== null && <span className="quiet small">{` ${formatCount(row['row_count'] as Figure, lang)} ${t('unit.row')}`}</span>}
          {row['of'] && <span className="quiet small">{` ← ${String(row['of'])}`}</span>}
        </li>
      ))}
    </ul>
  )
}
