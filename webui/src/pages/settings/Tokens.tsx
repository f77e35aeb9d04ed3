/** Keys for programs: part of one's permissions, for so many days. */
import { Button, Form, Input, InputNumber, Modal, Select, Table } from 'antd'
import { useState } from 'react'
import { useMay, useResource, useSession } from '../../api/asking'
import { formatInstant } from '../../formatting/dates'
import { Badge } from '../../pieces/Badge'
import { Empty, Fetched } from '../../pieces/States'
import { usePreferences } from '../../preferences/preferences'
import { sayIfKnown, useWords } from '../../words/words'
import { Secret } from './Secret'
import { type Token, useChange } from './resources'

export function Tokens() {
  const t = useWords()
  const [isAdding, setAdding] = useState(false)
  const tokens = useResource<{ tokens: Token[] }>('/tokens')
  const mayAdd = useMay('token-create')
  return (
    <section className="card stack">
      <div className="row apart">
        <div>
          <h2>{t('settings.tab.tokens')}</h2>
          <p className="quiet">{t('tokens.lead')}</p>
        </div>
        {mayAdd && (
          <Button type="primary" onClick={() => setAdding(true)}>
            {t('tokens.add')}
          </Button>
        )}
      </div>
      <Fetched of={tokens}>
        {(found) => (found.tokens.length === 0 ? <Empty title={t('tokens.none')} next={t('tokens.none_next')} /> : <TokenTable tokens={found.tokens} />)}
      </Fetched>
      {isAdding && <AddToken onClose={() => setAdding(false)} />}
    </section>
  )
}

function TokenTable({ tokens }: { tokens: Token[] }) {
  const t = useWords()
  const { lang } = usePreferences()
  const change = useChange()
  const zone = useSession().data?.timezone ?? 'UTC'
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('settings.tab.tokens')}>
      <Table<Token>
        size="small"
        style={{ minWidth: 'max-content' }}
        rowKey="token_id"
        pagination={false}
        dataSource={tokens}
        columns={[
          { title: t('tokens.name'), dataIndex: 'name' },
          { title: t('column.actor'), dataIndex: 'owner' },
          { title: t('tokens.permissions'), render: (_, one) => one.permissions.map((name) => sayIfKnown(lang, `permission.${name}`, name)).join(' · ') },
          { title: t('tokens.until'), render: (_, one) => formatInstant(one.expires_at, zone) },
          {
            title: t('word.actions'),
            render: (_, one) =>
              one.is_valid ? (
                <Button size="small" onClick={() => change.mutate({ method: 'DELETE', path: `/tokens/${one.token_id}` })}>
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
  name: string
  permissions: string[]
  days: number
}

function AddToken({ onClose }: { onClose: () => void }) {
  const t = useWords()
  const { lang } = usePreferences()
  const change = useChange()
  const [form] = Form.useForm<Given>()
  const own = useSession().data?.permissions ?? []
  const options = own.filter((name) => name !== 'own').map((name) => ({ value: name, label: sayIfKnown(lang, `permission.${name}`, name) }))
  const secret = change.data?.['secret']
  if (typeof secret === 'string') return <Secret secret={secret} onClose={onClose} />
  const needed = { required: true, message: t('sign_in.needed') }
  return (
    <Modal open title={t('tokens.add')} okText={t('do.add')} cancelText={t('do.cancel')} confirmLoading={change.isPending} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ permissions: ['read'], days: 90 }} onFinish={(body) => change.mutate({ method: 'POST', path: '/tokens', body })}>
        <Form.Item name="name" label={t('tokens.name')} rules={[needed]}>
          <Input autoFocus />
        </Form.Item>
        <Form.Item name="permissions" label={t('tokens.permissions')} rules={[needed]}>
          <Select mode="multiple" options={options} />
        </Form.Item>
        <Form.Item name="days" label={t('tokens.days')} rules={[needed]}>
          <InputNumber min={1} max={366} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
