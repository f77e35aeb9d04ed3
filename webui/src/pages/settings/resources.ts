/** Changing what Settings shows: send, say so, and ask again for the list. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { send } from '../../api/http'
import { useTelling } from '../../pieces/useTelling'
import { useWords } from '../../words/words'

export interface Person {
  name: string
  role: string
  is_active: boolean
  created_at: string
}

export interface Token {
  token_id: string
  name: string
  owner: string
  permissions: string[]
  expires_at: string | null
  is_valid: boolean
}

export interface Grant {
  grant_id: string
  guest: string
  questions: string[]
  shops: string[]
  until_at: string
  is_valid: boolean
}

export type TargetKind = 'dingtalk' | 'wecom' | 'feishu' | 'email' | 'webhook'

export interface Target {
  target_id: string
  name: string
  kind: TargetKind
  address_masked: string
  is_on: boolean
  created_by: string
  created_at: string
}

export interface ShopRule {
  pattern: string
  shop: string
  channel: string | null
}

export interface Kept {
  company: string
  base_currency: string
  timezone: string
  shops: ShopRule[]
  close_at: string
  watch_folder: string
  lang: string
  red_is_up: boolean
}

interface Change {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  body?: unknown
}

/** A change to a list or to the settings; the answer is given to whoever asked. */
export function useChange() {
  const t = useWords()
  const store = useQueryClient()
  const telling = useTelling()
  return useMutation({
    mutationFn: ({ method, path, body }: Change) => send<Record<string, unknown> | null>(method, path, body === undefined ? {} : { body }),
    onError: telling.failed,
    onSuccess: () => {
      telling.done(t('done.saved'))
      void store.invalidateQueries({ queryKey: ['resource'] })
      void store.invalidateQueries({ queryKey: ['session'] })
    },
  })
}

interface Tried {
  targets: { target_id: string; name: string; is_sent: boolean }[]
}

/** Send a trial message to one place, and say whether it went. */
export function useTest() {
  const t = useWords()
  const telling = useTelling()
  return useMutation({
    mutationFn: ({ target_id }: Target) => send<Tried>('POST', '/notifications/test', { body: { target_id } }),
    onError: telling.failed,
    onSuccess: ({ targets }, { name }) => {
      if (targets.every((one) => one.is_sent)) telling.done(t('notify.sent', { name }))
      else telling.warned(t('notify.not_sent', { name }))
    },
  })
}
