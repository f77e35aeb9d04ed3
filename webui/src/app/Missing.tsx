/** An address that leads nowhere. */
import { Link } from 'react-router'
import { PageHead } from '../pieces/PageHead'
import { useWords } from '../words/words'

export function Missing() {
  const t = useWords()
  return (
    <div className="stack">
      <PageHead title={t('missing.title')} />
      <Link to="/">{t('missing.next')}</Link>
    </div>
  )
}
