/** One decision: what, how much money and how sure, why, and the ways to answer it. */
import { Link } from 'react-router'
import type { Decision } from '../../api/types'
import { formatMoney } from '../../formatting/money'
import { formatDay } from '../../formatting/dates'
import { Badge, type Tone } from '../../pieces/Badge'
import { usePreferences } from '../../preferences/preferences'
import { useWords } from '../../words/words'
import { AnswerButtons } from './AnswerButtons'
import { subjectAddress } from './subject'

const TONES: Record<Decision['verdict'], Tone> = { act: 'accent', wait: 'plain', cannot_say: 'amber' }

export function DecisionCard({ decision }: { decision: Decision }) {
  const t = useWords()
  const { lang } = usePreferences()
  const address = subjectAddress(decision)
  const title = titleOf(decision)
  return (
    <li className="card decision">
      <div className="decision-what">
        <div className="row">
          {decision.verdict !== 'act' && <Badge tone={TONES[decision.verdict]}>{t(`today.verdict.${decision.verdict}`)}</Badge>}
          <h3>{address ? <Link to={address}>{title}</Link> : title}</h3>
        </div>
        <Why decision={decision} />
        <p className="quiet small row wide">
          {decision.expires_on && <span>{t('today.expires', { day: formatDay(decision.expires_on, lang, true) })}</span>}
          {decision.assignee && <span>{t('today.assigned', { name: decision.assignee })}</span>}
          <Answered decision={decision} />
        </p>
      </div>
      <Impact decision={decision} />
      <AnswerButtons decision={decision} />
    </li>
  )
}

/** The server's title; what it says of the verdict in front is said by the badge. */
function titleOf({ sentences, kind, subject_id }: Decision): string {
  if (!sentences) return `${kind} · ${subject_id}`
  const heads = [`【${sentences.verdict}】`, `[${sentences.verdict}] `]
  const head = heads.find((one) => sentences.title.startsWith(one))
  return sentences.title.slice(head?.length ?? 0)
}

function Why({ decision }: { decision: Decision }) {
  const t = useWords()
  const sentences = decision.sentences?.why ?? decision.reasons.map((one) => `${one.code}: ${one.value} ${one.unit}`)
  const [shown, rest] = [sentences.slice(0, 3), sentences.slice(3)]
  const basis = decision.sentences?.basis
  return (
    <>
      <ul className="why">
        {shown.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      {(rest.length > 0 || basis) && (
        <details>
          <summary className="small">{t('word.more')}</summary>
          <ul className="why">
            {rest.map((one) => (
              <li key={one}>{one}</li>
            ))}
            {basis && <li>{`${t('today.basis')}: ${basis}`}</li>}
          </ul>
        </details>
      )}
    </>
  )
}

function Impact({ decision }: { decision: Decision }) {
  const t = useWords()
  const { lang } = usePreferences()
  const show = (value: string | null) => formatMoney(value, decision.currency, lang)
  if (decision.impact_amount === null) return <p className="decision-money quiet">{t('today.no_money')}</p>
  const isSure = decision.impact_low === decision.impact_high || decision.impact_low === null || decision.impact_high === null
  return (
    <p className="decision-money">
      <span className="hidden">{t('today.impact')} </span>
      <strong>{show(decision.impact_amount)}</strong>
      {!isSure && <span className="quiet small">{t('today.range', { low: show(decision.impact_low), high: show(decision.impact_high) })}</span>}
    </p>
  )
}

function Answered({ decision }: { decision: Decision }) {
  const t = useWords()
  const { lang } = usePreferences()
  if (decision.answer === 'accept') return <Badge tone="green">{t('today.answered.accept')}</Badge>
  if (decision.answer === 'dismiss') return <Badge>{t('today.answered.dismiss', { why: decision.why ?? '' })}</Badge>
  if (decision.answer === 'snooze') return <Badge>{t('today.answered.snooze', { day: formatDay(decision.until_on, lang, true) })}</Badge>
  return null
}
