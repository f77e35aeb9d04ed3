/** The parts of a page that has several, as links: each part has its own address. */
import { NavLink } from 'react-router'
import { type Key, useWords } from '../words/words'

interface SubNavProps {
  label: string
  base: string
  tabs: readonly { tab: string; word: Key }[]
}

export function SubNav({ label, base, tabs }: SubNavProps) {
  const t = useWords()
  return (
    <nav aria-label={label} className="sub-nav">
      {tabs.map(({ tab, word }) => (
        <NavLink key={tab} to={`${base}/${tab}`}>
          {t(word)}
        </NavLink>
      ))}
    </nav>
  )
}
