/** What guests may read: named questions of named shops until a day. */
import { Button, Form, Input, Modal, Select, Table } from 'antd'
import { useState } from 'react'
import { rowsOf, useCatalogue, useQuestion, useResource, useSession } from '../../api/asking'
import { formatInstant, shiftDay, todayIn } from '../../formatting/dates'
import { Badge } from '../../pieces/Badge'
import { Empty, Fetched } from '../../pieces/States'
import { useTerms } from '../../pieces/Terms'
import { usePreferences } from '../../preferences/preferences'
import { named, useWords } from '../../words/words'
import { type Grant, useChange } from './resources'
import { Secret } from './Secret'

export function Grants() {
  const t = useWords()
  const [isAdding, setAdding] = useState(false)
  const grants = useResource<{ grants: Grant[] }>('/grants')
  return (
    <section className="card stack">
      <div className="row apart">
        <div>
          <h2>{t('settings.tab.grants')}</h2>
          <p className="quiet">{t('grants.lead')}</p>
        </div>
        <Button type="primary" onClick={() => setAdding(true)}>
          {t('grants.add')}
        </Button>
      </div>
      <Fetched of={grants}>
        {(found) => (found.grants.length === 0 ? <Empty title={t('grants.none')} next={t('grants.none_next')} /> : <GrantTable grants={found.grants} />)}
      </Fetched>
      {isAdding && <AddGrant onClose={() => setAdding(false)} />}
    </section>
  )
}

function GrantTable({ grants }: { grants: Grant[] }) {
  const t = useWords()
  const change = useChange()
  const nameOf = useTerms()
  const { lang } = usePreferences()
  const catalogue = useCatalogue().data
  const askedOf = (name: string) => {
    const metric = /^metric:(.*)$/.exec(name)?.[1]
    const entry = metric ? catalogue?.metrics.find((one) => one.name === metric) : catalogue?.questions.find((one) => one.name === name)
    return entry ? named(lang, entry) : name
  }
  const zone = useSession().data?.timezone ?? 'UTC'
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('settings.tab.grants')}>
      <Table<Grant>
        size="small"
        style={{ minWidth: 'max-content' }}
        rowKey="grant_id"
        pagination={false}
        dataSource={grants}
        columns={[
          { title: t('grants.name'), dataIndex: 'guest' },
          { title: t('grants.questions'), render: (_, one) => <span className="words">{one.questions.map(askedOf).join(lang === 'zh' ? '；' : '; ')}</span> },
          { title: t('grants.shops'), render: (_, one) => one.shops.map((shop) => nameOf('shop', shop)).join(', ') },
          { title: t('grants.until'), render: (_, one) => formatInstant(one.until_at, zone) },
          {
            title: t('word.actions'),
            render: (_, one) =>
              one.is_valid ? (
                <Button size="small" onClick={() => change.mutate({ method: 'DELETE', path: `/grants/${one.grant_id}` })}>
                  {t('grants.revoke')}
                </Button>
              ) : (
                <Badge>{t('tokens.ended')}</Badge>
              ),
          },
        ]}
      />
    </div>
  )
}

interface Given {
  guest: string
  questions: string[]
  shops: string[]
  until: string
}

const FIRST_DAYS = 30

function AddGrant({ onClose }: { onClose: () => void }) {
  const t = useWords()
  const { lang } = usePreferences()
  const nameOf = useTerms()
  const change = useChange()
  const [form] = Form.useForm<Given>()
  const today = todayIn(useSession().data?.timezone ?? 'UTC')
  const catalogue = useCatalogue().data
  const shops = rowsOf(useQuestion('shops', { page: 1, size: 200 }).data).map((row) => String(row['shop_id']))
  const questions = (catalogue?.questions ?? []).map((one) => ({ value: one.name, label: named(lang, one) }))
  const metrics = (catalogue?.metrics ?? []).map((one) => ({ value: `metric:${one.name}`, label: named(lang, one) }))
  const secret = change.data?.['secret']
  if (typeof secret === 'string') return <Secret secret={secret} onClose={onClose} />
  const needed = { required: true, message: t('sign_in.needed') }
  return (
    <Modal open title={t('grants.add')} okText={t('do.add')} cancelText={t('do.cancel')} confirmLoading={change.isPending} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ until: shiftDay(today, FIRST_DAYS) }} onFinish={(body) => change.mutate({ method: 'POST', path: '/grants', body })}>
        <Form.Item name="guest" label={t('grants.name')} rules={[needed]}>
          <Input autoFocus />
        </Form.Item>
        <Form.Item name="questions" label={t('grants.questions')} rules={[needed]}>
          <Select
            mode="multiple"
            showSearch={{ optionFilterProp: 'label' }}
            options={[
              { label: t('grants.questions'), title: 'questions', options: questions },
              { label: t('performance.metrics'), title: 'metrics', options: metrics },
            ]}
          />
        </Form.Item>
        <Form.Item name="shops" label={t('grants.shops')} rules={[needed]}>
          <Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={shops.map((shop) => ({ value: shop, label: nameOf('shop', shop) }))} />
        </Form.Item>
        <Form.Item name="until" label={t('grants.until')} rules={[needed]}>
          <Input type="date" min={shiftDay(today, 1)} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
