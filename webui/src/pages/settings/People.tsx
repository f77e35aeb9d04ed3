/** Who may come in, and as what. */
import { Button, Form, Input, Modal, Popconfirm, Select, Table } from 'antd'
import { useState } from 'react'
import { useResource, useSession } from '../../api/asking'
import { formatInstant } from '../../formatting/dates'
import { Badge } from '../../pieces/Badge'
import { Fetched } from '../../pieces/States'
import { useWords } from '../../words/words'
import { type Person, useChange } from './resources'

const ROLES = ['owner', 'operator', 'finance', 'viewer'] as const

export function People() {
  const t = useWords()
  const [isAdding, setAdding] = useState(false)
  const people = useResource<{ people: Person[] }>('/people')
  return (
    <section className="card stack">
      <div className="row apart">
        <h2>{t('settings.tab.people')}</h2>
        <Button type="primary" onClick={() => setAdding(true)}>
          {t('people.add')}
        </Button>
      </div>
      <Fetched of={people}>{(found) => <PeopleTable people={found.people} />}</Fetched>
      {isAdding && <AddPerson onClose={() => setAdding(false)} />}
    </section>
  )
}

const path = (one: Person) => `/people/${encodeURIComponent(one.name)}`

function useRoles() {
  const t = useWords()
  return ROLES.map((role) => ({ value: role as string, label: t(`people.role.${role}`) }))
}

function PeopleTable({ people }: { people: Person[] }) {
  const t = useWords()
  const change = useChange()
  const session = useSession().data
  const roles = useRoles()
  const [renewed, setRenewed] = useState<Person | null>(null)
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('settings.tab.people')}>
      <Table<Person>
        size="small"
        style={{ minWidth: 'max-content' }}
        rowKey="name"
        pagination={false}
        dataSource={people}
        columns={[
          { title: t('people.name'), dataIndex: 'name' },
          {
            title: t('people.role'),
            render: (_, one) => (
              <Select
                size="small"
                aria-label={`${one.name}: ${t('people.role')}`}
                value={one.role}
                disabled={one.name === session?.name}
                options={roles}
                style={{ minWidth: 110 }}
                onChange={(role: string) => change.mutate({ method: 'PATCH', path: path(one), body: { role } })}
              />
            ),
          },
          { title: t('people.since'), render: (_, one) => formatInstant(one.created_at, session?.timezone ?? 'UTC') },
          { title: t('column.status'), render: (_, one) => <Badge tone={one.is_active ? 'green' : 'plain'}>{t(one.is_active ? 'people.active' : 'people.shut_out')}</Badge> },
          {
            title: t('word.actions'),
            render: (_, one) =>
              one.name === session?.name ? null : one.is_active ? (
                <div className="row" style={{ flexWrap: 'nowrap' }}>
                  <Button size="small" onClick={() => setRenewed(one)}>
                    {t('settings.password_new')}
                  </Button>
                  <Popconfirm title={t('people.remove_sure', { name: one.name })} okText={t('people.remove')} cancelText={t('do.cancel')} onConfirm={() => change.mutate({ method: 'DELETE', path: path(one) })}>
                    <Button size="small">{t('people.remove')}</Button>
                  </Popconfirm>
                </div>
              ) : (
                <Button size="small" onClick={() => change.mutate({ method: 'PATCH', path: path(one), body: { is_active: true } })}>
                  {t('people.let_in')}
                </Button>
              ),
          },
        ]}
      />
      {renewed && <NewPassword person={renewed} onClose={() => setRenewed(null)} />}
    </div>
  )
}

function AddPerson({ onClose }: { onClose: () => void }) {
  const t = useWords()
  const change = useChange()
  const roles = useRoles()
  const [form] = Form.useForm<{ name: string; role: string; password: string }>()
  const needed = { required: true, message: t('sign_in.needed') }
  return (
    <Modal open title={t('people.add')} okText={t('do.add')} cancelText={t('do.cancel')} confirmLoading={change.isPending} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ role: 'operator' }} onFinish={(body) => change.mutate({ method: 'POST', path: '/people', body }, { onSuccess: onClose })}>
        <Form.Item name="name" label={t('people.name')} rules={[needed]}>
          <Input autoComplete="off" autoFocus />
        </Form.Item>
        <Form.Item name="role" label={t('people.role')} rules={[needed]}>
          <Select options={roles} />
        </Form.Item>
        <Form.Item name="password" label={t('people.first_password')} rules={[needed, { min: 10, message: t('setup.short') }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </Form>
    </Modal>
  )
}

/** For somebody who forgot theirs; all their sessions end. */
function NewPassword({ person, onClose }: { person: Person; onClose: () => void }) {
  const t = useWords()
  const change = useChange()
  const [form] = Form.useForm<{ password: string }>()
  const renew = (body: { password: string }) => change.mutate({ method: 'PATCH', path: path(person), body }, { onSuccess: onClose })
  return (
    <Modal
      open
      title={t('people.renew', { name: person.name })}
      okText={t('do.save')}
      cancelText={t('do.cancel')}
      confirmLoading={change.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={renew}>
        <Form.Item name="password" label={t('settings.password_new')} rules={[{ required: true, message: t('sign_in.needed') }, { min: 10, message: t('setup.short') }]}>
          <Input.Password autoComplete="new-password" autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  )
}
