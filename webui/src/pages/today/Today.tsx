/** What to do today, with its money and reasons; how the business stands against what was to be expected; what is late. */
import { useSession, useTodo } from '../../api/asking'
import { formatDay } from '../../formatting/dates'
import { PageHead } from '../../pieces/PageHead'
import { usePreferences } from '../../preferences/preferences'
import { useWords } from '../../words/words'
import { Decisions } from './Decisions'
import { KeyFigures } from './KeyFigures'
import { LateData } from './LateData'
import { StaleBooks } from './StaleBooks'

export function Today() {
  const t = useWords()
  const { lang } = usePreferences()
  const todo = useTodo().data
  const company = useSession().data?.company
  const lead = todo?.as_of ? t('shell.as_of', { day: formatDay(todo.as_of, lang) }) : company
  return (
    <div className="stack">
      <PageHead title={t('today.title')} lead={lead} />
      {todo?.is_stale && <StaleBooks />}
      <KeyFigures />
      <div className="today">
        <Decisions />
        <LateData />
      </div>
    </div>
  )
}
