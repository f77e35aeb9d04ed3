/** What must be said beside the figures, in the server's words. */
import type { Note } from '../api/types'
import { useWords } from '../words/words'

export function Notes({ notes, isCut = false }: { notes: Note[]; isCut?: boolean }) {
  const t = useWords()
  const said = notes.map((note) => note.message).filter((one): one is string => Boolean(one))
  if (isCut) said.push(t('state.cut'))
  if (said.length === 0) return null
  return (
    <ul className="notes" aria-label={t('word.notes')}>
      {[...new Set(said)].map((one) => (
        <li key={one}>{one}</li>
      ))}
    </ul>
  )
}
