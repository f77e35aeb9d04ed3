/** The first run: the company, its currency and zone, and its owner. */
import { Alert, Button, Form, Input, Select } from 'antd'
import { useMutation } from '@tanstack/react-query'
import { post } from '../api/http'
import type { SetUpState } from '../api/types'
import { currencyOptions, zoneOptions } from '../formatting/choices'
import { tellError } from '../pieces/States'
import { usePreferences } from '../preferences/preferences'
import { useWords } from '../words/words'
import { GateCard } from './GateCard'

interface Given {
  company: string
  base_currency: string
  timezone: string
  name: string
  password: string
  again: string
  code?: string
}

const LEAST_PASSWORD_CHARS = 10

const setUp = ({ again: _, ...given }: Given): Promise<unknown> => post('/setup', given)

export function SetUp({ state, onDone }: { state: SetUpState; onDone: () => void }) {
  const t = useWords()
  const { lang } = usePreferences()
  const setting = useMutation({ mutationFn: setUp, onSuccess: onDone })
  const told = setting.error && tellError(setting.error, t)
  const needed = { required: true, message: t('sign_in.needed') }
  const first = {
    company: state.company ?? '',
    base_currency: state.base_currency ?? 'CNY',
    timezone: state.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  }
  return (
    <GateCard title={t('setup.title')} lead={t('setup.lead')}>
      <Form<Given> layout="vertical" requiredMark={false} initialValues={first} onFinish={(given) => setting.mutate(given)}>
        {told && <Alert type="error" role="alert" title={told.what} description={told.next} style={{ marginBottom: 16 }} />}
        <Form.Item name="company" label={t('setup.company')} rules={[needed]}>
          <Input autoFocus />
        </Form.Item>
        <Form.Item name="base_currency" label={t('setup.currency')} rules={[needed]}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={currencyOptions(lang)} />
        </Form.Item>
        <Form.Item name="timezone" label={t('setup.timezone')} rules={[needed]}>
          <Select showSearch options={zoneOptions()} />
        </Form.Item>
        <Form.Item name="name" label={t('setup.name')} rules={[needed]}>
          <Input autoComplete="username" />
        </Form.Item>
        <Form.Item name="password" label={t('setup.password')} rules={[needed, { min: LEAST_PASSWORD_CHARS, message: t('setup.short') }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t('setup.again')}
          dependencies={['password']}
          rules={[
            needed,
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                !value || value === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t('setup.differ'))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {state.needs_code && (
          <Form.Item name="code" label={t('setup.code')} rules={[needed]}>
            <Input autoComplete="one-time-code" />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" size="large" block loading={setting.isPending}>
          {t('setup.go')}
        </Button>
      </Form>
    </GateCard>
  )
}
