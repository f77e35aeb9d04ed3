/** Where the day's list is sent once the books are closed: DingTalk, WeCom, Feishu, e-mail, any webhook. */
import { Button, Form, Input, Modal, Popconfirm, Select, Switch, Table } from 'antd'
import { useState } from 'react'
import { useResource } from '../../api/asking'
import { useCommand, useJobs } from '../../api/jobs'
import { JobRow } from '../../pieces/JobRow'
import { Empty, Fetched } from '../../pieces/States'
import { useTelling } from '../../pieces/useTelling'
import { useWords } from '../../words/words'
import { type Target, type TargetKind, useChange, useTest } from './resources'

const KINDS: readonly TargetKind[] = ['dingtalk', 'wecom', 'feishu', 'email', 'webhook']

export function Notifications() {
  const t = useWords()
  const telling = useTelling()
  const [isAdding, setAdding] = useState(false)
  const targets = useResource<{ targets: Target[] }>('/notifications')
  const sending = useCommand('notify')
  const newest = useJobs().find((job) => job.kind === 'notify')
  return (
    <section className="card stack">
      <div className="row apart">
        <div>
          <h2>{t('settings.tab.notifications')}</h2>
          <p className="quiet">{t('notify.lead')}</p>
        </div>
        <div className="row">
          <Button disabled={!targets.data?.targets.some((one) => one.is_on)} loading={sending.isPending} onClick={() => sending.mutate({}, { onError: telling.failed })}>
            {t('notify.send_now')}
          </Button>
          <Button type="primary" onClick={() => setAdding(true)}>
            {t('notify.add')}
          </Button>
        </div>
      </div>
      {newest && <JobRow job={newest} />}
      <Fetched of={targets}>
        {(found) => (found.targets.length === 0 ? <Empty title={t('notify.none')} next={t('notify.none_next')} /> : <TargetTable targets={found.targets} />)}
      </Fetched>
      {isAdding && <AddTarget onClose={() => setAdding(false)} />}
    </section>
  )
}

function TargetTable({ targets }: { targets: Target[] }) {
  const t = useWords()
  const change = useChange()
  const onOf = (one: Target) => (
    <Switch
      size="small"
      aria-label={`${t('notify.is_on')} ${one.name}`}
      checked={one.is_on}
      onChange={(is_on) => change.mutate({ method: 'PATCH', path: `/notifications/${one.target_id}`, body: { is_on } })}
    />
  )
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('settings.tab.notifications')}>
      <Table<Target>
        size="small"
        style={{ minWidth: 'max-content' }}
        rowKey="target_id"
        pagination={false}
        dataSource={targets}
        columns={[
          { title: t('notify.name'), dataIndex: 'name' },
          { title: t('notify.kind'), render: (_, one) => t(`notify.kind.${one.kind}`) },
          { title: t('notify.address'), dataIndex: 'address_masked', className: 'mono' },
          { title: t('notify.is_on'), render: (_, one) => onOf(one) },
          { title: t('word.actions'), render: (_, one) => <Actions target={one} /> },
        ]}
      />
    </div>
  )
}

function Actions({ target }: { target: Target }) {
  const t = useWords()
  const change = useChange()
  const testing = useTest()
  return (
    <div className="row" style={{ flexWrap: 'nowrap' }}>
      <Button size="small" loading={testing.isPending} onClick={() => testing.mutate(target)}>
        {t('notify.test')}
      </Button>
      <Popconfirm
        title={t('notify.remove_sure', { name: target.name })}
        okText={t('do.delete')}
        cancelText={t('do.cancel')}
        onConfirm={() => change.mutate({ method: 'DELETE', path: `/notifications/${target.target_id}` })}
      >
        <Button size="small">{t('do.delete')}</Button>
      </Popconfirm>
    </div>
  )
}

interface Given {
  name: string
  kind: TargetKind
  address: string
}

function AddTarget({ onClose }: { onClose: () => void }) {
  const t = useWords()
  const change = useChange()
  const [form] = Form.useForm<Given>()
  const kind = Form.useWatch('kind', form) ?? 'dingtalk'
  const needed = { required: true, message: t('sign_in.needed') }
  const add = (body: Given) => change.mutate({ method: 'POST', path: '/notifications', body }, { onSuccess: onClose })
  return (
    <Modal open title={t('notify.add')} okText={t('do.add')} cancelText={t('do.cancel')} confirmLoading={change.isPending} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ kind: 'dingtalk' }} onFinish={add}>
        <Form.Item name="kind" label={t('notify.kind')}>
          <Select options={KINDS.map((one) => ({ value: one, label: t(`notify.kind.${one}`) }))} />
        </Form.Item>
        <Form.Item name="name" label={t('notify.name')} rules={[needed]}>
          <Input autoFocus />
        </Form.Item>
        <Form.Item name="address" label={t('notify.address')} extra={t(`notify.hint.${kind}`)} rules={[needed]}>
          <Input autoComplete="off" spellCheck={false} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
