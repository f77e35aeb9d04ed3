/** Name and password, or the key of a grant. */
import { Alert, Button, Form, Input } from 'antd'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { post } from '../api/http'
import { forgetPerson } from '../offline/registering'
import { tellError } from '../pieces/States'
import { useWords } from '../words/words'
import { GateCard } from './GateCard'

interface Given {
  name: string
  password: string
}

export function SignIn({ onDone }: { onDone: () => void }) {
  const t = useWords()
  const [isGuest, setGuest] = useState(false)
  const signing = useMutation({ mutationFn: signIn, onSuccess: onDone })
  const told = signing.error && tellError(signing.error, t)
  if (isGuest) return <EnterAsGuest onDone={onDone} onBack={() => setGuest(false)} />
  return (
    <GateCard title={t('sign_in.title')}>
      <Form<Given> layout="vertical" requiredMark={false} onFinish={(given) => signing.mutate(given)}>
        {told && <Alert type="error" role="alert" title={told.what} description={told.next} style={{ marginBottom: 16 }} />}
        <Form.Item name="name" label={t('sign_in.name')} rules={[{ required: true, message: t('sign_in.needed') }]}>
          <Input autoComplete="username" autoFocus size="large" />
        </Form.Item>
        <Form.Item name="password" label={t('sign_in.password')} rules={[{ required: true, message: t('sign_in.needed') }]}>
          <Input.Password autoComplete="current-password" size="large" />
        </Form.Item>
        <Button type="primary" htmlType="submit" size="large" block loading={signing.isPending}>
          {t('sign_in.go')}
        </Button>
        <p className="quiet small" style={{ marginTop: 12 }}>
          {t('sign_in.forgot')}
        </p>
        <button type="button" className="link-button small" onClick={() => setGuest(true)}>
          {t('sign_in.guest')}
        </button>
      </Form>
    </GateCard>
  )
}

interface Way {
  onDone: () => void
  onBack: () => void
}

/** An accountant or a lender comes in with the key that the owner gave them. */
function EnterAsGuest({ onDone, onBack }: Way) {
  const t = useWords()
  const entering = useMutation({
    mutationFn: async (given: { secret: string }) => {
      await forgetPerson()
      return post('/session/guest', { secret: given.secret.trim() })
    },
    onSuccess: onDone,
  })
  const told = entering.error && tellError(entering.error, t)
  return (
    <GateCard title={t('sign_in.guest')}>
      <Form<{ secret: string }> layout="vertical" requiredMark={false} onFinish={(given) => entering.mutate(given)}>
        {told && <Alert type="error" role="alert" title={told.what} description={told.next} style={{ marginBottom: 16 }} />}
        <Form.Item name="secret" label={t('sign_in.key')} rules={[{ required: true, message: t('sign_in.needed') }]}>
          <Input.Password autoComplete="off" autoFocus size="large" />
        </Form.Item>
        <Button type="primary" htmlType="submit" size="large" block loading={entering.isPending}>
          {t('sign_in.go')}
        </Button>
        <button type="button" className="link-button small" style={{ marginTop: 12 }} onClick={onBack}>
          {t('do.back')}
        </button>
      </Form>
    </GateCard>
  )
}

/** Another person may have used this browser: what was kept for them goes first. */
async function signIn(given: Given): Promise<unknown> {
  const session = await post('/session', given)
  await forgetPersonIfAnother(given.name)
  return session
}

const LAST_KEY = 'zhanggui.last_person'

async function forgetPersonIfAnother(name: string): Promise<void> {
  if (localStorage.getItem(LAST_KEY) !== name) await forgetPerson()
  localStorage.setItem(LAST_KEY, name)
}
