/** Saved views of a page: a name for what its address says. */
import { DeleteOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Popover } from 'antd'
import { useState } from 'react'
import { Link, useLocation } from 'react-router'
import { useViews } from '../api/asking'
import { post, send } from '../api/http'
import type { View } from '../api/types'
import { useTelling } from './useTelling'
import { useWords } from '../words/words'

const MOST_NAME_CHARS = 60

export function Views({ page }: { page: string }) {
  const t = useWords()
  const { pathname, search } = useLocation()
  const views = useViews(page)
  const [name, setName] = useState('')
  const store = useQueryClient()
  const telling = useTelling()
  const settled = {
    onSuccess: () => void store.invalidateQueries({ queryKey: ['resource', '/views'] }),
    onError: telling.failed,
  }
  const saving = useMutation({ mutationFn: () => post('/views', { page, name: name.trim(), state: { search } }), ...settled })
  const dropping = useMutation({ mutationFn: (view: View) => send('DELETE', `/views/${view.view_id}`), ...settled })
  const list = (
    <div className="stack tight" style={{ width: 260 }}>
      {views.length === 0 && <p className="quiet">{t('performance.view_none')}</p>}
      <ul className="stack tight">
        {views.map((view) => (
          <li key={view.view_id} className="row apart">
            <Link to={pathname + (view.state.search ?? '')} className="grow cut">
              {view.name}
            </Link>
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined aria-hidden />}
              aria-label={`${t('do.delete')} ${view.name}`}
              onClick={() => dropping.mutate(view)}
            />
          </li>
        ))}
      </ul>
      <Input aria-label={t('performance.view_name')} placeholder={t('performance.view_name')} maxLength={MOST_NAME_CHARS} value={name} onChange={(event) => setName(event.target.value)} />
      <Button type="primary" disabled={!name.trim()} loading={saving.isPending} onClick={() => saving.mutate()}>
        {t('performance.view_save')}
      </Button>
    </div>
  )
  return (
    <Popover trigger="click" placement="bottomRight" title={t('performance.views')} content={list}>
      <Button>{t('performance.views')}</Button>
    </Popover>
  )
}
