/** The ranked list of decisions, and what is said when nothing is left. */
import { Select, Switch } from 'antd'
import { useState } from 'react'
import { useTodo } from '../../api/asking'
import type { Decision, Todo } from '../../api/types'
import { Fetched, Empty } from '../../pieces/States'
import { usePreferences } from '../../preferences/preferences'
import { sayIfKnown, useWords } from '../../words/words'
import { DecisionCard } from './DecisionCard'

const PAGE = 30

export function Decisions() {
  const t = useWords()
  const [isAll, setAll] = useState(false)
  const [kind, setKind] = useState<string>('')
  const todo = useTodo(isAll)
  return (
    <section aria-labelledby="decisions-head" className="stack tight">
      <div className="row apart">
        <h2 id="decisions-head">
          {t('today.decisions')} <span className="quiet small">{t('today.ranked')}</span>
        </h2>
        <div className="row wide">
          <KindChoice decisions={todo.data?.decisions ?? []} kind={kind} onKind={setKind} />
          <label className="row">
            <Switch size="small" checked={isAll} onChange={setAll} aria-label={t('today.show_all')} />
            {t('today.show_all')}
          </label>
        </div>
      </div>
      <Fetched of={todo} rows={8}>
        {(found) => <Ranked todo={found} kind={kind} />}
      </Fetched>
    </section>
  )
}

function KindChoice({ decisions, kind, onKind }: { decisions: Decision[]; kind: string; onKind: (kind: string) => void }) {
  const t = useWords()
  const { lang } = usePreferences()
  const kinds = [...new Set(decisions.map((one) => one.kind))]
  if (kinds.length < 2) return null
  const options = kinds.map((one) => ({ value: one, label: sayIfKnown(lang, `decision.${one}`, one) }))
  return (
    <Select
      aria-label={t('today.kind_all')}
      size="small"
      value={kind}
      onChange={onKind}
      options={[{ value: '', label: t('today.kind_all') }, ...options]}
      popupMatchSelectWidth={false}
    />
  )
}

function Ranked({ todo, kind }: { todo: Todo; kind: string }) {
  const t = useWords()
  const [most, setMost] = useState(PAGE)
  const wanted = todo.decisions.filter((one) => !kind || one.kind === kind)
  if (wanted.length === 0) {
    const next = t('today.nothing_next', { wait: todo.wait_count, unsaid: todo.cannot_say_count })
    return (
      <div className="card">
        <Empty title={t('today.nothing')} next={next} />
      </div>
    )
  }
  return (
    <>
      <ol className="stack tight">
        {wanted.slice(0, most).map((one) => (
          <DecisionCard key={one.decision_id} decision={one} />
        ))}
      </ol>
      {wanted.length > most && (
        <button type="button" className="link-button" onClick={() => setMost(most + PAGE)}>
          {t('word.more')}（{wanted.length - most}）
        </button>
      )}
    </>
  )
}
