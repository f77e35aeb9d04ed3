/** A change against another period: its sign, its arrow, and the colour of the convention chosen. */
import type { Figure } from '../formatting/money'
import { formatChange } from '../formatting/money'
import { usePreferences } from '../preferences/preferences'

export function Change({ value }: { value: Figure }) {
  const { lang } = usePreferences()
  if (value === null || value === undefined || value === '') return <span className="quiet">–</span>
  const size = Number(value)
  const [arrow, colour] = size > 0 ? ['▲', 'up'] : size < 0 ? ['▼', 'down'] : ['', 'quiet']
  return (
    <span className={colour}>
      {arrow && <span aria-hidden="true">{arrow} </span>}
      {formatChange(value, lang)}
    </span>
  )
}
