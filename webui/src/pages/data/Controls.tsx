/** The totals that a file states beside those that its rows give. */
import { Badge } from '../../pieces/Badge'
import { useWords } from '../../words/words'

interface Control {
  name: string
  stated: string
  computed: string
  agrees: boolean
}

export function Controls({ told }: { told: string }) {
  const t = useWords()
  const controls = JSON.parse(told) as Control[]
  if (controls.length === 0) return null
  const isAgreed = controls.every((one) => one.agrees)
  return (
    <div className="stack tight">
      <p>
        <Badge tone={isAgreed ? 'green' : 'red'}>{t(isAgreed ? 'data.totals_agree' : 'data.totals_differ')}</Badge>
      </p>
      <ul>
        {controls.map((one) => (
          <li key={one.name} className="small">
            <span className="mono">{one.name}</span>: {one.stated}
            {!one.agrees && <span className="down-text"> ≠ {one.computed}</span>}
          </li>
        ))}
      </ul>
    </div>
  )
}
