/** What a person chooses for this browser, and their password. */
import { Button, Form, Input, Segmented } from 'antd'
import { type Convention, type Theme, usePreferences } from '../../preferences/preferences'
import { useSession } from '../../api/asking'
import type { Lang } from '../../api/types'
import { Change } from '../../pieces/Change'
import { useWords } from '../../words/words'
import { useChange } from './resources'

const THEMES: readonly Theme[] = ['system', 'light', 'dark']
const CONVENTIONS: readonly Convention[] = ['red_up', 'green_up']

export function Own() {
  const t = useWords()
  const { lang, theme, convention, choose } = usePreferences()
  const isPerson = useSession().data?.kind === 'person'
  const langs: { value: Lang; label: string }[] = [
    { value: 'zh', label: '中文' },
    { value: 'en', label: 'English' },
  ]
  return (
    <>
      <section className="card stack">
        <div className="labelled">
          {t('settings.language')}
          <Segmented<Lang> aria-label={t('settings.language')} value={lang} onChange={(one) => choose({ lang: one })} options={langs} style={{ alignSelf: 'start' }} />
        </div>
        <div className="labelled">
          {t('settings.theme')}
          <Segmented<Theme>
            aria-label={t('settings.theme')}
            value={theme}
            onChange={(one) => choose({ theme: one })}
            options={THEMES.map((one) => ({ value: one, label: t(`theme.${one}`) }))}
            style={{ alignSelf: 'start' }}
          />
        </div>
        <div className="labelled">
          {t('settings.convention')}
          <div className="row wide">
            <Segmented<Convention>
              aria-label={t('settings.convention')}
              value={convention}
              onChange={(one) => choose({ convention: one })}
              options={CONVENTIONS.map((one) => ({ value: one, label: t(`settings.convention.${one}`) }))}
            />
            <Change value="0.032" />
            <Change value="-0.018" />
          </div>
        </div>
      </section>
      {isPerson && <Password />}
    </>
  )
}

function Password() {
  const t = useWords()
  const change = useChange()
  const [form] = Form.useForm<{ present: string; password: string }>()
  const needed = { required: true, message: t('sign_in.needed') }
  return (
    <section className="card">
      <h2>{t('settings.password')}</h2>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        style={{ maxWidth: 360 }}
        onFinish={(body) => change.mutate({ method: 'POST', path: '/people/me/password', body }, { onSuccess: () => form.resetFields() })}
      >
        <Form.Item name="present" label={t('settings.password_now')} rules={[needed]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item name="password" label={t('settings.password_new')} rules={[needed, { min: 10, message: t('setup.short') }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button htmlType="submit" loading={change.isPending}>
          {t('do.save')}
        </Button>
      </Form>
    </section>
  )
}
