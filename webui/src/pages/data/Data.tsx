/** What comes in and what became of it: files, refused rows, completeness, links to SKUs, mappings, dictionary, lineage. */
import { Navigate, useParams } from 'react-router'
import { PageHead } from '../../pieces/PageHead'
import { SubNav } from '../../pieces/SubNav'
import { type Key, useWords } from '../../words/words'
import { Calendar } from './Calendar'
import { Dictionary } from './Dictionary'
import { Files } from './Files'
import { Lineage } from './Lineage'
import { Links } from './Links'
import { MappingWizard } from './MappingWizard'
import { RefusedRows } from './RefusedRows'

const PARTS = {
  files: Files,
  refused: RefusedRows,
  calendar: Calendar,
  links: Links,
  mapping: MappingWizard,
  dictionary: Dictionary,
  lineage: Lineage,
} as const

type Tab = keyof typeof PARTS

const TABS = (Object.keys(PARTS) as Tab[]).map((tab) => ({ tab, word: `data.tab.${tab}` satisfies Key as Key }))

export function Data() {
  const t = useWords()
  const { tab } = useParams()
  if (!tab || !(tab in PARTS)) return <Navigate to="/data/files" replace />
  const Part = PARTS[tab as Tab]
  return (
    <div className="stack">
      <PageHead title={t('data.title')} />
      <SubNav label={t('data.title')} base="/data" tabs={TABS} />
      <Part />
    </div>
  )
}
