/** Who is signed in; looks, and the way out. */
import { UserOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Dropdown } from 'antd'
import { useNavigate } from 'react-router'
import { useSession } from '../api/asking'
import { send } from '../api/http'
import { forgetPerson } from '../offline/registering'
import { type Theme, usePreferences } from '../preferences/preferences'
import { useTelling } from '../pieces/useTelling'
import { useWords } from '../words/words'

const THEMES: readonly Theme[] = ['system', 'light', 'dark']

export function AccountMenu({ isShort = false }: { isShort?: boolean }) {
  const t = useWords()
  const { theme, choose } = usePreferences()
  const name = useSession().data?.name ?? ''
  const navigate = useNavigate()
  const signOut = useSignOut()
  const themes = THEMES.map((one) => ({ key: one, label: t(`theme.${one}`), onClick: () => choose({ theme: one }) }))
  const items = [
    { type: 'group' as const, label: t('shell.theme'), children: themes },
    { type: 'divider' as const },
    { key: 'own', label: t('nav.settings'), onClick: () => void navigate('/settings/own') },
    { key: 'out', label: t('shell.sign_out'), onClick: signOut },
  ]
  return (
    <Dropdown trigger={['click']} menu={{ items, selectable: true, selectedKeys: [theme] }}>
      <Button type="text" icon={<UserOutlined aria-hidden />} aria-label={`${t('shell.account')} ${name}`} style={{ justifyContent: 'flex-start' }}>
        {!isShort && <span className="cut">{name}</span>}
      </Button>
    </Dropdown>
  )
}

function useSignOut(): () => void {
  const store = useQueryClient()
  const telling = useTelling()
  return () => {
    send('DELETE', '/session')
      .then(forgetPerson)
      .then(() => store.resetQueries())
      .catch((error: Error) => telling.failed(error))
  }
}
