/** One's own choices, and what the owner keeps: company, people, tokens, grants, schedule, backups, the audit. */
import { Navigate, useParams } from 'react-router'
import { useSession } from '../../api/asking'
import { PageHead } from '../../pieces/PageHead'
import { Empty } from '../../pieces/States'
import { SubNav } from '../../pieces/SubNav'
import { type Key, useWords } from '../../words/words'
import { Audit } from './Audit'
import { Backups } from './Backups'
import { Company } from './Company'
import { Grants } from './Grants'
import { Notifications } from './Notifications'
import { Own } from './Own'
import { People } from './People'
import { Schedule } from './Schedule'
import { Tokens } from './Tokens'

const PARTS = {
  own: Own,
  company: Company,
  people: People,
  tokens: Tokens,
  grants: Grants,
  schedule: Schedule,
  notifications: Notifications,
  backup: Backups,
  audit: Audit,
} as const

type Tab = keyof typeof PARTS

/** Parts that anybody who is signed in may see. */
const OPEN = new Set<Tab>(['own', 'tokens'])

export function Settings() {
  const t = useWords()
  const { tab } = useParams()
  const isOwner = useSession().data?.permissions.includes('own') ?? false
  if (!tab || !(tab in PARTS)) return <Navigate to="/settings/own" replace />
  const wanted = tab as Tab
  const Part = PARTS[wanted]
  const tabs = (Object.keys(PARTS) as Tab[]).filter((one) => isOwner || OPEN.has(one))
  return (
    <div className="stack">
      <PageHead title={t('settings.title')} />
      <SubNav label={t('settings.title')} base="/settings" tabs={tabs.map((one) => ({ tab: one, word: `settings.tab.${one}` satisfies Key as Key }))} />
      {isOwner || OPEN.has(wanted) ? <Part /> : <Empty title={t('settings.owner_only')} next={t('settings.owner_only_next')} />}
    </div>
  )
}
