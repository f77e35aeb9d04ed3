/** The company, and the rules by which a file's name says whose shop it is. */
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input, Select } from 'antd'
import { useCatalogue, useResource } from '../../api/asking'
import { currencyOptions, zoneOptions } from '../../formatting/choices'
import { Fetched } from '../../pieces/States'
import { usePreferences } from '../../preferences/preferences'
import { named, useWords } from '../../words/words'
import { type Kept, useChange } from './resources'

type Given = Pick<Kept, 'company' | 'base_currency' | 'timezone' | 'shops'>

export function Company() {
  const settings = useResource<Kept>('/settings')
  return <Fetched of={settings}>{(kept) => <CompanyForm kept={kept} />}</Fetched>
}

function CompanyForm({ kept }: { kept: Kept }) {
  const t = useWords()
  const { lang } = usePreferences()
  const change = useChange()
  const needed = { required: true, message: t('sign_in.needed') }
  const { company, base_currency, timezone, shops } = kept
  return (
    <Form<Given>
      layout="vertical"
      requiredMark={false}
      initialValues={{ company, base_currency, timezone, shops }}
      onFinish={(body) => change.mutate({ method: 'PUT', path: '/settings', body })}
    >
      <div className="stack">
        <section className="card" style={{ display: 'grid', gap: '0 16px', gridTemplateColumns: 'repeat(auto-fit, minmax(220px, 1fr))' }}>
          <Form.Item name="company" label={t('settings.company')} rules={[needed]}>
            <Input />
          </Form.Item>
          <Form.Item name="base_currency" label={t('settings.base_currency')} rules={[needed]}>
            <Select showSearch={{ optionFilterProp: 'label' }} options={currencyOptions(lang)} />
          </Form.Item>
          <Form.Item name="timezone" label={t('settings.timezone')} rules={[needed]}>
            <Select showSearch options={zoneOptions()} />
          </Form.Item>
        </section>
        <section className="card">
          <h2>{t('settings.shops')}</h2>
          <p className="quiet">{t('settings.shops_lead')}</p>
          <Rules />
        </section>
        <Button type="primary" htmlType="submit" loading={change.isPending} style={{ alignSelf: 'start' }}>
          {t('do.save')}
        </Button>
      </div>
    </Form>
  )
}

function Rules() {
  const t = useWords()
  const { lang } = usePreferences()
  const channels = useCatalogue().data?.channels ?? []
  const options = channels.map((one) => ({ value: one.code, label: named(lang, one) }))
  const needed = { required: true, message: t('sign_in.needed') }
  return (
    <Form.List name="shops">
      {(rules, { add, remove }) => (
        <div className="stack tight" style={{ marginTop: 12 }}>
          {rules.map((rule) => (
            <div key={rule.key} className="row" style={{ alignItems: 'flex-start' }}>
              <Form.Item name={[rule.name, 'pattern']} rules={[needed]} label={t('settings.shop_pattern')} style={{ flex: '1 1 180px', marginBottom: 4 }}>
                <Input placeholder="*淘宝*" />
              </Form.Item>
              <Form.Item name={[rule.name, 'channel']} label={t('settings.shop_channel')} style={{ flex: '1 1 140px', marginBottom: 4 }}>
                <Select allowClear options={options} showSearch={{ optionFilterProp: 'label' }} />
              </Form.Item>
              <Form.Item name={[rule.name, 'shop']} rules={[needed]} label={t('settings.shop_name')} style={{ flex: '1 1 140px', marginBottom: 4 }}>
                <Input />
              </Form.Item>
              <Button icon={<DeleteOutlined aria-hidden />} aria-label={t('do.delete')} style={{ marginTop: 30 }} onClick={() => remove(rule.name)} />
            </div>
          ))}
          <Button icon={<PlusOutlined aria-hidden />} onClick={() => add({})} style={{ alignSelf: 'start' }}>
            {t('settings.shop_add')}
          </Button>
        </div>
      )}
    </Form.List>
  )
}
