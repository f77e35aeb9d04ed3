/** The parts of a page that has several, as links: each part has its own address. */
import { useEffect, useRef } from 'react'
import { NavLink, useLocation } from 'react-router'
import { type Key, useWords } from '../words/words'

interface SubNavProps {
  label: string
  base: string
  tabs: readonly { tab: string; word: Key }[]
}

export function SubNav({ label, base, tabs }: SubNavProps) {
  const t = useWords()
  const nav = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  // On a phone the part that is open may stand beyond the edge.
  useEffect(() => {
    // Some browsers give a promise here, which must not be taken for the effect's cleaning up.
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [pathname])
  return (
    <nav aria-label={label} className="sub-nav" ref={nav}>
      {tabs.map(({ tab, word }) => (
        <NavLink key={tab} to={`${base}/${tab}`}>
          {t(word)}
        </NavLink>
      ))}
    </nav>
  )
}
