/** Who entered, saw, changed and took out what; the newest first. */
import { Input, Pagination, Table } from 'antd'
import { useState } from 'react'
import { useResource, useSession } from '../../api/asking'
import { formatInstant } from '../../formatting/dates'
import { Empty, Fetched } from '../../pieces/States'
import { usePreferences } from '../../preferences/preferences'
import { sayIfKnown, useWords } from '../../words/words'

interface Entry {
  audit_id: number
  at: string
  actor: string
  action: string
  subject: string
  detail: Record<string, unknown>
  remote: string | null
}

const SIZE = 50
const LONGEST_DETAIL = 160

export function Audit() {
  const t = useWords()
  const [page, setPage] = useState(1)
  const [actor, setActor] = useState('')
  const [action, setAction] = useState('')
  const found = useResource<{ entries: Entry[]; total: number }>('/audit', { page, size: SIZE, actor, action })
  const find = (set: (text: string) => void) => (text: string) => {
    set(text.trim())
    setPage(1)
  }
  return (
    <section className="card stack">
      <div>
        <h2>{t('settings.tab.audit')}</h2>
        <p className="quiet">{t('audit.lead')}</p>
      </div>
      <div className="row">
        <Input.Search allowClear aria-label={t('column.actor')} placeholder={t('column.actor')} onSearch={find(setActor)} style={{ width: 200 }} />
        <Input.Search allowClear aria-label={t('column.action')} placeholder={t('column.action')} onSearch={find(setAction)} style={{ width: 200 }} />
      </div>
      <Fetched of={found}>
        {({ entries, total }) =>
          entries.length === 0 ? (
            <Empty title={t('audit.none')} />
          ) : (
            <>
              <Entries entries={entries} />
              <Pagination align="end" size="small" current={page} pageSize={SIZE} total={total} showSizeChanger={false} onChange={setPage} />
            </>
          )
        }
      </Fetched>
    </section>
  )
}

function Entries({ entries }: { entries: Entry[] }) {
  const t = useWords()
  const zone = useSession().data?.timezone ?? 'UTC'
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('settings.tab.audit')}>
      <Table<Entry>
        size="small"
        rowKey="audit_id"
        pagination={false}
        dataSource={entries}
        columns={[
          { title: t('column.acted_at'), render: (_, one) => <span style={{ whiteSpace: 'nowrap' }}>{formatInstant(one.at, zone)}</span> },
          { title: t('column.actor'), dataIndex: 'actor' },
          { title: t('column.action'), render: (_, one) => <Done action={one.action} /> },
          { title: t('column.subject'), render: (_, one) => <span className="words">{one.subject}</span> },
          { title: t('audit.detail'), render: (_, one) => <span className="words quiet small mono">{JSON.stringify(one.detail).slice(0, LONGEST_DETAIL)}</span> },
        ]}
      />
    </div>
  )
}

function Done({ action }: { action: string }) {
  const { lang } = usePreferences()
  return (
    <>
      {sayIfKnown(lang, `audit.did.${action}`, '')} <span className="quiet small mono">{action}</span>
    </>
  )
}
