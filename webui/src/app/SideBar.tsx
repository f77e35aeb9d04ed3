/** The places beside the page, and below them the jobs, the language, the looks and the way out. */
import { NavLink } from 'react-router'
import { useSession } from '../api/asking'
import { useWords } from '../words/words'
import { AccountMenu } from './AccountMenu'
import { JobsButton } from './JobsButton'
import { LanguageButton } from './LanguageButton'
import { PLACES } from './places'

export function SideBar() {
  const t = useWords()
  const company = useSession().data?.company
  return (
    <header className="side">
      <NavLink to="/" className="brand">
        <img src="/icon.svg" alt="" />
        <span className="cut">
          {t('app.name')}
          <small className="cut">{company}</small>
        </span>
      </NavLink>
      <nav aria-label={t('nav.label')}>
        <ul>
          {PLACES.map((place) => (
            <li key={place.to}>
              <NavLink to={place.to} end={place.to === '/'} className="place">
                {place.sign}
                {t(place.word)}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <div className="side-foot">
        <JobsButton />
        <LanguageButton />
        <AccountMenu />
      </div>
    </header>
  )
}
