/** What must be said beside the figures, in the server's words unless the console has its own. */
import type { Note } from '../api/types'
import { usePreferences } from '../preferences/preferences'
import { sayIfKnown, useWords } from '../words/words'

export function Notes({ notes, isCut = false }: { notes: Note[]; isCut?: boolean }) {
  const t = useWords()
  const { lang } = usePreferences()
  // The console's own words where the server's speak of the command line.
  const said = notes.map((note) => sayIfKnown(lang, `note.${note.code}`, note.message ?? '')).filter(Boolean)
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
