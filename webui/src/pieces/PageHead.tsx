/** The head of a page: its one h1, a line on what it is for, and its actions. It names the browser's tab too. */
import { type ReactNode, useEffect } from 'react'
import { useWords } from '../words/words'

interface PageHeadProps {
  title: string
  lead?: ReactNode
  children?: ReactNode
}

export function PageHead({ title, lead, children }: PageHeadProps) {
  const t = useWords()
  const name = t('app.name')
  useEffect(() => {
    document.title = `${title} · ${name}`
  }, [title, name])
  return (
    <header className="page-head">
      <h1>{title}</h1>
      {lead && <p className="lead quiet">{lead}</p>}
      {children && <div className="acts row">{children}</div>}
    </header>
  )
}
