/** On a phone: whose books these are, the jobs, the language and the account. */
import { NavLink } from 'react-router'
import { useSession } from '../api/asking'
import { useWords } from '../words/words'
import { AccountMenu } from './AccountMenu'
import { JobsButton } from './JobsButton'
import { LanguageButton } from './LanguageButton'

export function TopBar() {
  const t = useWords()
  const company = useSession().data?.company
  return (
    <header className="top">
      <NavLink to="/" className="brand">
        <img src="/icon.svg" alt="" />
        <span className="cut">{company || t('app.name')}</span>
      </NavLink>
      <div className="row" style={{ gap: 2, flexWrap: 'nowrap' }}>
        <JobsButton isShort />
        <LanguageButton />
        <AccountMenu isShort />
      </div>
    </header>
  )
}
